import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { ArgsDef } from "citty";
import { Authority } from "../../../etcd/pki/authority.ts";
import {
  addressesOf,
  commonName,
  inWords,
  readCertificates,
  requireValid,
  validity,
} from "../../../etcd/pki/certificates.ts";
import { Identity } from "../../../etcd/pki/identity.ts";
import { pinOf } from "../../../etcd/pki/join-token.ts";
import { PkiError } from "../../../etcd/pki/pki-error.ts";
import { type PairPaths, pairNames, pkiFilesOf, readOptional } from "../../../etcd/pki/pki-files.ts";
import { readArguments, UsageError } from "../arguments.ts";
import { defineCommand } from "../command.ts";
import { prefixOptions, prefixVariables } from "../prefix-option.ts";
import { print } from "../print.ts";
import { table } from "../table.ts";
import { files, readDirectories } from "./directory.ts";

const name = "mgmt pki show";

const options = {
  ...prefixOptions,
  dir: {
    type: "string",
    valueHint: "DIR",
    description: "The directory of certificates itself, such as DIR/HOST/pki",
  },
} as const satisfies ArgsDef;

export const show = defineCommand({
  summary:
    "Shows what certificates a node has, of whom, until when, and whether they can be used; exit status 1 if not.",
  usage: `${name} [OPTIONS]`,
  options,
  async run(args) {
    const given = readArguments(name, args, options, {
      variables: prefixVariables,
      environment: process.env,
    });
    if (given.words.length > 0)
      throw new UsageError(
        `${name}: \`${given.words.join(" ")}\` is too much; a directory is named with --dir`,
      );
    const dir = given.text("dir");
    const directory = dir === undefined ? readDirectories(given).pki : resolve(dir);
    const problems: string[] = [];
    const rows = [...(await authorityRows(directory, problems)), ...pairRows(directory, problems)];
    if (rows.length === 0) throw new Error(`there are no certificates in ${directory}`);
    await print(table([["FILE", "OF", "UNTIL", "STATE"], ...rows]).join("\n"));
    const root = readOptional(pkiFilesOf(directory).root.certificate, directory, files);
    if (root !== undefined && problems.length === 0) await print(`\nroot SHA-256 ${pinOf(root)}`);
    for (const problem of problems) process.stderr.write(`${name}: ${problem}\n`);
    return problems.length === 0 ? 0 : 1;
  },
});

type Row = readonly [file: string, of: string, until: string, state: string];

async function authorityRows(directory: string, problems: string[]): Promise<readonly Row[]> {
  const { root, clientAuthority, peerAuthority } = pkiFilesOf(directory);
  const parts = Object.entries({ ca: root, "client-ca": clientAuthority, "peer-ca": peerAuthority });
  if (!parts.some(([, { certificate, key }]) => existsSync(certificate) || existsSync(key))) return [];
  const problem = await problemOf(() => Authority.load(directory, files));
  if (problem !== undefined) problems.push(problem.message);
  const rows: Row[] = [];
  for (const [part, paths] of parts) {
    if (!existsSync(paths.certificate)) continue;
    const keyState = existsSync(paths.key) ? "good, with its key" : "good";
    const expiry = await problemOf(() => {
      const [certificate] = readCertificates(textOf(paths, directory), paths.certificate);
      requireValid(certificate, Date.now(), paths.certificate, "the cluster needs a new authority");
    });
    if (expiry !== undefined && problem === undefined) problems.push(expiry.message);
    rows.push(rowOf(`${part}.crt`, paths, directory, stateOf(problem ?? expiry) ?? keyState));
  }
  return rows;
}

function pairRows(directory: string, problems: string[]): readonly Row[] {
  const paths = pkiFilesOf(directory);
  return pairNames.flatMap((pair) => {
    const { certificate, key } = paths[pair];
    if (!existsSync(certificate) && !existsSync(key)) return [];
    try {
      const onWarning = (message: string): void => void process.stderr.write(`${name}: ${message}\n`);
      const { renewAt } = Identity.read(directory, files, { onWarning }, pair);
      const state = `good, renewed from ${inWords(renewAt.getTime()).slice(0, 10)} on`;
      return [rowOf(`${pair}.crt`, paths[pair], directory, state)];
    } catch (error) {
      if (!(error instanceof PkiError)) throw error;
      problems.push(error.message);
      return [rowOf(`${pair}.crt`, paths[pair], directory, stateOf(error) ?? "")];
    }
  });
}

function rowOf(file: string, paths: PairPaths, directory: string, state: string): Row {
  try {
    const [certificate] = readCertificates(textOf(paths, directory), paths.certificate);
    const of = commonName(certificate) ?? addressesOf(certificate).join(", ");
    return [file, of, inWords(validity(certificate).to), state];
  } catch {
    return [file, "-", "-", state];
  }
}

function textOf({ certificate }: PairPaths, directory: string): string {
  return readOptional(certificate, directory, files) ?? "";
}

const states: Readonly<Partial<Record<PkiError["code"], string>>> = {
  missing: "incomplete",
  damaged: "damaged",
  mismatch: "not of its key",
  expired: "EXPIRED",
  "not-yet-valid": "not valid yet",
  foreign: "of another authority",
};

function stateOf(error: PkiError | undefined): string | undefined {
  return error && (states[error.code] ?? "cannot be used");
}

async function problemOf(work: () => unknown): Promise<PkiError | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    if (error instanceof PkiError) return error;
    throw error;
  }
}
