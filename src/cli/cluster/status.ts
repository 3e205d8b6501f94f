import type { ArgsDef } from "citty";
import { type Overview, overview } from "../../../etcd/membership/overview.ts";
import { EtcdHostStatuses } from "../../world/etcd-host-statuses.ts";
import { EtcdKeys } from "../../world/etcd-keys.ts";
import type { HostStatus } from "../../world/host-status-store.ts";
import { adminLists, adminOptions, adminVariables, readAdmin } from "../admin-options.ts";
import { readArguments, UsageError } from "../arguments.ts";
import { defineCommand } from "../command.ts";
import { print } from "../print.ts";
import { table } from "../table.ts";
import { membersTable } from "./members-table.ts";
import { plain } from "./plain.ts";

const name = "mgmt cluster status";

const options = {
  ...adminOptions,
  json: { type: "boolean", description: "Print JSON" },
} as const satisfies ArgsDef;

export const status = defineCommand({
  summary: "Shows the servers of the store and their health, and what every node is doing.",
  usage: "mgmt cluster status [--json]",
  options,
  examples: "Exits with 0 if all is well, and with 1 if a server, or a resource anywhere, is not.",
  async run(args) {
    const given = readArguments(name, args, options, {
      lists: adminLists,
      variables: adminVariables,
      environment: process.env,
    });
    if (given.words.length > 0)
      throw new UsageError(`${name} takes no words, and got \`${given.words.join(" ")}\``);
    await using admin = await readAdmin(name, given);
    const { client, rootKey } = admin;
    const [found, hosts] = await Promise.all([
      overview({ client, keyPrefix: rootKey }),
      new EtcdHostStatuses(client, new EtcdKeys(rootKey), () => {}).list(),
    ]);
    const text = given.flag("json")
      ? JSON.stringify(plain({ ...found, hosts }), undefined, 2)
      : [...summary(found), "", ...membersTable(found), "", ...hostsTable(hosts)].join("\n");
    await print(text);
    return isTroubled(found, hosts) ? 1 : 0;
  },
});

function summary({ cluster, voters, ideal, controller, decision }: Overview): readonly string[] {
  const { total, well, quorum } = voters;
  const tolerated = Math.max(0, well - quorum);
  return [
    `Cluster ${cluster}: ${well} of ${total} servers are well, ${quorum} are needed; ` +
      `${tolerated === 0 ? "no further failure is" : `${tolerated} more failures are`} tolerated.`,
    `${ideal} servers are wanted. ${controller === undefined ? "Nobody sees to the members." : `${controller} sees to the members: ${decision.reason}.`}`,
    ...decision.notes.map((note) => `Note: ${note}`),
  ];
}

function hostsTable(hosts: ReadonlyMap<string, HostStatus>): readonly string[] {
  const rows = [...hosts].map(([host, { deploy, converged, counts, version }]) => [
    host,
    deploy === undefined ? "own program" : deploy.id === undefined ? "none" : `${deploy.id}`,
    deploy === undefined ? "running" : deploy.state,
    converged === undefined ? "" : converged ? "converged" : "working",
    `${counts.resources} resources, ${counts.failed} failed, ${counts.blocked} blocked`,
    `mgmt ${version}`,
    deploy?.message ?? "",
  ]);
  return table([["HOST", "DEPLOY", "STATE", "CONVERGED", "RESOURCES", "VERSION", ""], ...rows]);
}

function isTroubled({ members }: Overview, hosts: ReadonlyMap<string, HostStatus>): boolean {
  return (
    members.some(({ isWell, isStarted }) => !isWell || !isStarted) ||
    [...hosts.values()].some(
      ({ counts, deploy }) => counts.failed > 0 || counts.blocked > 0 || deploy?.state === "failed",
    )
  );
}
