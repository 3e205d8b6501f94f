import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import type { ArgsDef } from "citty";
import { Authority } from "../../../etcd/pki/authority.ts";
import { pinOf } from "../../../etcd/pki/join-token.ts";
import { alternativeNames, requireNodeName } from "../../../etcd/pki/names.ts";
import { pkiFilesOf, writePkiFiles } from "../../../etcd/pki/pki-files.ts";
import { readArguments, UsageError } from "../arguments.ts";
import { defineCommand } from "../command.ts";
import { print } from "../print.ts";
import { files } from "./directory.ts";

const name = "mgmt pki init";

const options = {
  dir: {
    type: "string",
    valueHint: "DIR",
    default: "pki",
    description: "Where everything is written: DIR/ca, and DIR/HOST/pki for each host",
  },
  host: {
    type: "string",
    valueHint: "NAME[=ADDRESS,...]",
    description: "A host, and what it is reached by beside its name; repeat for others",
  },
  address: {
    type: "string",
    valueHint: "ADDRESS",
    description: "A name or IP address that all of them have",
  },
} as const satisfies ArgsDef;

export const init = defineCommand({
  summary: "Makes an authority, and certificates for a list of hosts, without any of them running.",
  usage: `${name} --host NAME[=ADDRESS,...]... [OPTIONS]`,
  options,
  examples: `A directory DIR/HOST/pki is copied to PREFIX/pki of that host, where only root may read it. The host makes a cluster
with it, or joins one of the same authority with a token. DIR/ca holds the keys of the cluster: keep it off-line.
A directory that has an authority is added to.

  mgmt pki init --dir site --host s1=10.0.0.1 --host s2=10.0.0.2,s2.example
  scp -r site/s1/pki root@s1:/var/lib/mgmt/`,
  async run(args) {
    const given = readArguments(name, args, options, { lists: ["host", "address"] });
    if (given.words.length > 0)
      throw new UsageError(`${name}: \`${given.words.join(" ")}\` is too much; hosts are named with --host`);
    const hosts = given.list("host").map(readHost);
    if (hosts.length === 0) throw new UsageError(`${name}: name the hosts, with --host NAME each`);
    const directory = resolve(given.text("dir") ?? "pki");
    for (const { host, addresses } of hosts) {
      requireNew(directory, host);
      alternativeNames([host, ...addresses, ...given.list("address")]);
    }
    const authority = await authorityIn(join(directory, "ca"));
    for (const { host, addresses } of hosts) {
      const target = join(directory, host, "pki");
      await writeHost(authority, host, [host, ...addresses, ...given.list("address")], target);
      await print(target);
    }
    await print(
      `${join(directory, "ca")}: the authority, root SHA-256 ${pinOf(authority.root)}; keep it off-line`,
    );
    return 0;
  },
});

interface Host {
  readonly host: string;
  readonly addresses: readonly string[];
}

function readHost(text: string): Host {
  const [, host = "", list = ""] = /^([^=]*)(?:=(.*))?$/.exec(text) ?? [];
  requireNodeName(host);
  return { host, addresses: list.split(",").filter((each) => each !== "") };
}

/** What somebody uses already is not replaced. */
function requireNew(directory: string, host: string): void {
  const { certificate } = pkiFilesOf(join(directory, host, "pki")).host;
  if (existsSync(certificate))
    throw new Error(
      `there is ${certificate} already; remove it if ${host} is to have another, or choose another --dir`,
    );
}

async function authorityIn(directory: string): Promise<Authority> {
  if (existsSync(pkiFilesOf(directory).root.certificate)) return Authority.load(directory, files);
  const authority = await Authority.create();
  authority.save(directory, files);
  return authority;
}

async function writeHost(
  authority: Authority,
  host: string,
  addresses: readonly string[],
  directory: string,
): Promise<void> {
  const pairs = {
    host: await authority.makeHost(host),
    server: await authority.makeServer(addresses),
    peer: await authority.makePeer(addresses),
  };
  const contents = Object.entries(pairs).flatMap(([pair, { certificate, key }]) => [
    [`${pair}.crt`, certificate] as const,
    [`${pair}.key`, key] as const,
  ]);
  writePkiFiles(directory, { ...authority.contents(false), ...Object.fromEntries(contents) }, files);
}
