import { createPrivateKey } from "node:crypto";
import { readFileSync } from "node:fs";
import type { ArgsDef } from "citty";
import { Identity } from "../../../etcd/pki/identity.ts";
import { PkiError } from "../../../etcd/pki/pki-error.ts";
import { pkiFilesOf, readOptional, writePkiFiles } from "../../../etcd/pki/pki-files.ts";
import { systemError } from "../../os/errors.ts";
import { type Arguments, readArguments, UsageError } from "../arguments.ts";
import { defineCommand } from "../command.ts";
import { prefixOptions, prefixVariables } from "../prefix-option.ts";
import { print } from "../print.ts";
import { files, readDirectories } from "./directory.ts";

const name = "mgmt pki import";

const options = {
  ...prefixOptions,
  ca: {
    type: "string",
    valueHint: "FILE",
    description: "Certificate of the authority of the servers, in PEM form",
  },
  cert: {
    type: "string",
    valueHint: "FILE",
    description: "Certificate by which the servers know this node, and those that lead to the authority",
  },
  key: { type: "string", valueHint: "FILE", description: "Its key" },
  "server-name": {
    type: "string",
    valueHint: "NAME",
    description: "What the servers are called in their certificates, if not what their URLs say",
  },
  replace: { type: "boolean", description: "Do it even if this node has a certificate already" },
} as const satisfies ArgsDef;

export const importCommand = defineCommand({
  summary:
    "Takes in a certificate of another authority, for an etcd over https that somebody else looks after.",
  usage: `${name} --ca FILE --cert FILE --key FILE [OPTIONS]`,
  options,
  examples: `Example:
  mgmt pki import --ca ca.pem --cert client.pem --key client-key.pem
  mgmt --seeds https://etcd.example:2379`,
  async run(args) {
    const given = readArguments(name, args, options, {
      variables: prefixVariables,
      environment: process.env,
    });
    if (given.words.length > 0)
      throw new UsageError(
        `${name}: \`${given.words.join(" ")}\` is too much; files are named with --ca, --cert and --key`,
      );
    const [root, certificate, key] = [readFile(given, "ca"), readFile(given, "cert"), readFile(given, "key")];
    const { pki } = readDirectories(given);
    requireNoOther(pki, given.flag("replace"));
    const where = given.text("cert") ?? "";
    const pair = { certificate, key: plainKey(key, given.text("key") ?? "") };
    const identity = check(pair, root, where);
    const contents = {
      "ca.crt": root,
      "server-name": `${given.text("server-name") ?? ""}\n`,
      "host.key": pair.key,
      "host.crt": certificate,
    };
    writePkiFiles(pki, contents, files);
    await print(
      `${pki}: ${identity.name ?? "a certificate without a name"}, until ${identity.notAfter.toISOString()}`,
    );
    return 0;
  },
});

function readFile(given: Arguments, option: "ca" | "cert" | "key"): string {
  const path = given.text(option);
  if (path === undefined) throw new UsageError(`${name}: name a file with --${option}`);
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw systemError("could not read", path, error);
  }
}

/** As all keys here are kept, whatever form it comes in. */
function plainKey(pem: string, path: string): string {
  try {
    return createPrivateKey(pem).export({ format: "pem", type: "pkcs8" }).toString();
  } catch (cause) {
    throw new Error(
      `${path} is no private key in PEM form, or has a passphrase; take the passphrase off with openssl`,
      {
        cause,
      },
    );
  }
}

function check(
  pair: { readonly certificate: string; readonly key: string },
  root: string,
  where: string,
): Identity {
  try {
    return Identity.of(pair, root, where);
  } catch (error) {
    if (!(error instanceof PkiError)) throw error;
    const cures: Partial<Record<PkiError["code"], string>> = {
      mismatch: `the key of --key is not that of the certificate in ${where}`,
      foreign: `the certificate in ${where} does not lead to the one of --ca; add those in between to ${where}`,
      expired: `the certificate in ${where} has expired; have its authority make another`,
    };
    throw new Error(cures[error.code] ?? error.message, { cause: error });
  }
}

function requireNoOther(directory: string, replace: boolean): void {
  const { host, clientAuthority } = pkiFilesOf(directory);
  if (readOptional(clientAuthority.key, directory, files) !== undefined)
    throw new Error(
      `this node is a server of a cluster that has certificates of its own, in ${directory}; see \`mgmt cluster reset\``,
    );
  if (replace || readOptional(host.certificate, directory, files) === undefined) return;
  throw new Error(
    `this node has the certificate ${host.certificate} already; add --replace if it is to have this one instead`,
  );
}
