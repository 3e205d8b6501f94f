import type { ArgsDef } from "citty";
import { joinUrlsOf } from "../../../etcd/join/ports.ts";
import { renew } from "../../../etcd/join/renewal.ts";
import { Authority } from "../../../etcd/pki/authority.ts";
import { type PairName, pairNames, pkiFilesOf, readOptional } from "../../../etcd/pki/pki-files.ts";
import { layoutOf } from "../../../etcd/server/layout.ts";
import { readState } from "../../../etcd/server/state-file.ts";
import { readArguments, UsageError } from "../arguments.ts";
import { defineCommand } from "../command.ts";
import { prefixOptions, prefixVariables } from "../prefix-option.ts";
import { print } from "../print.ts";
import { files, readDirectories } from "./directory.ts";

const name = "mgmt pki renew";

const options = {
  ...prefixOptions,
  seeds: {
    type: "string",
    valueHint: "URL",
    description: "A server of the cluster (MGMT_SEEDS); those that the node remembers if unset",
  },
  "join-url": {
    type: "string",
    valueHint: "URL",
    description: "Where it is joined, if not at port 2378 of its servers",
  },
  address: {
    type: "string",
    valueHint: "ADDRESS",
    description: "A name or IP address that the servers of this node have by now; those they had if unset",
  },
} as const satisfies ArgsDef;

export const renewCommand = defineCommand({
  summary:
    "Renews the certificates of this node now. An agent that runs does that by itself, four months before they end.",
  usage: `${name} [OPTIONS]`,
  options,
  examples:
    "Servers take up their new certificates at once, the agent the one it is known by when it starts again.",
  async run(args) {
    const given = readArguments(name, args, options, {
      lists: ["seeds", "join-url", "address"],
      variables: { ...prefixVariables, seeds: "MGMT_SEEDS" },
      environment: process.env,
    });
    if (given.words.length > 0) throw new UsageError(`${name}: \`${given.words.join(" ")}\` is too much`);
    const { pki, etcd } = readDirectories(given);
    const authority = await Authority.load(pki, files);
    const seeds = given.list("seeds");
    const servers = seeds.length > 0 ? seeds : (readState(layoutOf(etcd).state).endpoints ?? []);
    const urls = [...new Set([...given.list("join-url"), ...servers.flatMap(joinUrlsOf)])];
    const addresses = given.list("address");
    const renewable = pairNames.filter(
      (pair) => pair === "host" || (authority.canSign && isThere(pair, pki)),
    );
    let status = 0;
    for (const pair of renewable) {
      try {
        const { notAfter } = await renew(pair, {
          pkiDirectory: pki,
          files,
          joinUrls: () => urls,
          authority,
          ...(addresses.length > 0 && { addresses }),
        });
        await print(`${pair}.crt is good until ${notAfter.toISOString()}`);
      } catch (error) {
        status = 1;
        process.stderr.write(`${name}: ${pair}.crt: ${error instanceof Error ? error.message : error}\n`);
      }
    }
    return status;
  },
});

function isThere(pair: PairName, directory: string): boolean {
  return readOptional(pkiFilesOf(directory)[pair].certificate, directory, files) !== undefined;
}
