/** Options that say how a node comes to its cluster, and where it is reached (cluster specification, 1.3 and 10.5). */
import { readFileSync } from "node:fs";
import type { ArgsDef } from "citty";
import { roles } from "../../etcd/pki/role.ts";
import type { NodeChoice } from "../agent/store/node-choice.ts";
import { readSeeds, SeedError } from "../agent/store/seed-urls.ts";
import { explainError } from "../os/errors.ts";
import { type Arguments, type Lists, UsageError } from "./arguments.ts";
import { readSshOptions, sshOptions } from "./ssh-options.ts";

/** Where a node is reached. */
export const addressOptions = {
  address: {
    type: "string",
    valueHint: "HOST",
    description:
      "Name or address by which the other nodes reach this one (MGMT_ADDRESS); without: this machine alone",
  },
  "client-urls": {
    type: "string",
    valueHint: "URL",
    description:
      "Where the own server listens for clients (MGMT_CLIENT_URLS); port 2379 of the address if unset",
  },
  "server-urls": {
    type: "string",
    valueHint: "URL",
    description: "Where it listens for other servers (MGMT_SERVER_URLS); port 2380 of the address if unset",
  },
  "join-urls": {
    type: "string",
    valueHint: "URL",
    description: "Where it listens for nodes that join (MGMT_JOIN_URLS); port 2378 of the address if unset",
  },
  "advertise-client-urls": {
    type: "string",
    valueHint: "URL",
    description: "What others are told instead of --client-urls (MGMT_ADVERTISE_CLIENT_URLS)",
  },
  "advertise-server-urls": {
    type: "string",
    valueHint: "URL",
    description: "What others are told instead of --server-urls (MGMT_ADVERTISE_SERVER_URLS)",
  },
  zone: {
    type: "string",
    valueHint: "NAME",
    description: "What fails together, such as a building: servers are spread over zones (MGMT_ZONE)",
  },
  insecure: {
    type: "boolean",
    description: "Without encryption and certificates: whoever reaches the store is root on all nodes",
  },
} as const satisfies ArgsDef;

/** Of a cluster that is made. */
export const idealOption = {
  "ideal-cluster-size": {
    type: "string",
    valueHint: "N",
    description:
      "Servers that a new cluster is to have, 1 to 9 and odd (MGMT_IDEAL_CLUSTER_SIZE); 5 if unset",
  },
} as const satisfies ArgsDef;

/** Of a cluster that is joined. */
export const joinOptions = {
  seeds: {
    type: "string",
    valueHint: "URL",
    description:
      "A server of the cluster, such as https://10.0.0.1:2379; several times for several (MGMT_SEEDS)",
  },
  token: {
    type: "string",
    valueHint: "TOKEN",
    description: "What lets this node in, from `mgmt cluster token` (MGMT_TOKEN); @FILE reads it from a file",
  },
  role: {
    type: "string",
    valueHint: roles.join("|"),
    description: "Join as less than the token allows",
  },
  replace: {
    type: "boolean",
    description: "Join in the place of a node that had this name, such as this machine with an empty disk",
  },
  server: {
    type: "boolean",
    default: true,
    negativeDescription: "Never run a server of the store on this node",
  },
} as const satisfies ArgsDef;

export const nodeOptions = {
  ...joinOptions,
  ...addressOptions,
  ...idealOption,
  ...sshOptions,
} as const satisfies ArgsDef;

/** Those of them that may be given several times. */
export const nodeLists: Lists = [
  "seeds",
  "client-urls",
  "server-urls",
  "join-urls",
  "advertise-client-urls",
  "advertise-server-urls",
];

/** The environment variables that stand in for them. */
export const nodeVariables = {
  seeds: "MGMT_SEEDS",
  token: "MGMT_TOKEN",
  address: "MGMT_ADDRESS",
  zone: "MGMT_ZONE",
  "client-urls": "MGMT_CLIENT_URLS",
  "server-urls": "MGMT_SERVER_URLS",
  "join-urls": "MGMT_JOIN_URLS",
  "advertise-client-urls": "MGMT_ADVERTISE_CLIENT_URLS",
  "advertise-server-urls": "MGMT_ADVERTISE_SERVER_URLS",
  "ideal-cluster-size": "MGMT_IDEAL_CLUSTER_SIZE",
} as const;

/** @param command for messages: `mgmt run` @throws UsageError */
export function readNodeOptions(command: string, given: Arguments): NodeChoice {
  const ideal = given.integer("ideal-cluster-size");
  if (ideal !== undefined && (ideal < 1 || ideal > 9 || (ideal % 2 === 0 && ideal !== 2)))
    throw new UsageError(
      `${command}: --ideal-cluster-size is an odd number from 1 to 9, not ${ideal}: an even one more tolerates no more failures`,
    );
  const urls = (option: string): readonly string[] =>
    given.list(option).flatMap((each) => each.split(/[,; ]+/));
  const ssh = readSshOptions(command, given);
  return {
    seeds: ssh?.seeds ?? seedsOf(command, given.list("seeds")),
    token: readToken(command, given.text("token")),
    role: given.text("role") === undefined ? undefined : given.choice("role", roles),
    replace: given.flag("replace"),
    noServer: !given.flag("server"),
    zone: given.text("zone") ?? "",
    ideal,
    addresses: {
      address: given.text("address") || undefined,
      clientUrls: urls("client-urls"),
      serverUrls: urls("server-urls"),
      joinUrls: urls("join-urls"),
      advertiseClientUrls: urls("advertise-client-urls"),
      advertiseServerUrls: urls("advertise-server-urls"),
      insecure: given.flag("insecure"),
    },
    ssh: ssh?.access,
  };
}

/** What is on the command line can be read by everybody on the machine, a file need not be. @throws UsageError */
export function readToken(command: string, text: string | undefined): string | undefined {
  if (text === undefined || text === "") return undefined;
  if (!text.startsWith("@")) return text;
  const path = text.slice(1);
  try {
    return readFileSync(path, "utf8").trim();
  } catch (error) {
    throw new UsageError(`${command}: --token: cannot read ${path}: ${explainError(error)}`, {
      cause: error,
    });
  }
}

function seedsOf(command: string, given: readonly string[]): readonly string[] {
  try {
    return readSeeds(given);
  } catch (error) {
    if (!(error instanceof SeedError)) throw error;
    throw new UsageError(`${command}: --seeds: ${error.message}`, { cause: error });
  }
}
