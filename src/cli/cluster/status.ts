import type { ArgsDef } from "citty";
import type { EtcdClient } from "../../../etcd/client/client.ts";
import { type Overview, overview } from "../../../etcd/membership/overview.ts";
import { EtcdHostStatuses } from "../../world/etcd-host-statuses.ts";
import { EtcdKeys } from "../../world/etcd-keys.ts";
import type { HostStatus } from "../../world/host-status-store.ts";
import { adminOptions, readAdmin, readAdminArguments } from "../admin-options.ts";

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
    const given = readAdminArguments(name, args, options);
    await using admin = await readAdmin(name, given);
    const { client, rootKey, state } = admin;
    const found = await overview({ client, keyPrefix: rootKey });
    // Without a quorum, there is nobody who could tell.
    const hosts =
      found.problem === undefined ? await hostsOf(client, rootKey) : new Map<string, HostStatus>();
    const text = given.flag("json")
      ? JSON.stringify(plain({ ...found, hosts }), undefined, 2)
      : [
          ...summary(found, given.list("seeds").length === 0 ? state.token : undefined),
          "",
          ...membersTable(found),
          ...(found.problem === undefined ? ["", ...hostsTable(hosts)] : []),
        ].join("\n");
    await print(text);
    return isTroubled(found, hosts) ? 1 : 0;
  },
});

/** @param remembered what the node calls its cluster, for when nobody else can tell */
function summary(
  { problem, token, voters, ideal, controller, decision }: Overview,
  remembered: string | undefined,
): readonly string[] {
  const { total, well, quorum } = voters;
  const tolerated = well - quorum;
  const standing =
    tolerated < 0
      ? "the store stands still, and every host goes on with what it has"
      : tolerated === 0
        ? "no further failure is tolerated"
        : tolerated === 1
          ? "one more failure is tolerated"
          : `${tolerated} more failures are tolerated`;
  const sees =
    problem !== undefined
      ? `${decision.reason.charAt(0).toUpperCase()}${decision.reason.slice(1)}.`
      : `${ideal} ${ideal === 1 ? "server is" : "servers are"} wanted. ${
          controller === undefined
            ? "Nobody sees to the members."
            : `${controller} sees to the members: ${decision.reason}.`
        }`;
  return [
    `Cluster ${problem === undefined ? token : (remembered ?? token)}: ${well} of ${total} ${total === 1 ? "server is" : "servers are"} well, ${quorum} ${quorum === 1 ? "is" : "are"} needed; ${standing}.`,
    sees,
    ...decision.notes.map((note) => `Note: ${note}`),
  ];
}

async function hostsOf(client: EtcdClient, rootKey: string): Promise<ReadonlyMap<string, HostStatus>> {
  return new EtcdHostStatuses(client, new EtcdKeys(rootKey), () => {}).list();
}

function hostsTable(hosts: ReadonlyMap<string, HostStatus>): readonly string[] {
  const rows = [...hosts].map(([host, { deploy, converged, counts, version }]) => [
    host,
    deploy === undefined ? "own program" : deploy.id === undefined ? "none" : `${deploy.id}`,
    deploy === undefined ? "running" : deploy.state,
    converged === undefined ? "" : converged ? "converged" : "working",
    [
      `${counts.resources} ${counts.resources === 1 ? "resource" : "resources"}`,
      ...(counts.failed > 0 ? [`${counts.failed} failed`] : []),
      ...(counts.blocked > 0 ? [`${counts.blocked} blocked`] : []),
    ].join(", "),
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
