import { existsSync } from "node:fs";
import { hostname } from "node:os";
import { join, resolve } from "node:path";
import type { ArgsDef } from "citty";
import { type Restored, restoreSnapshot } from "../../../etcd/snapshot/restore.ts";
import { restoreProgram } from "../../../etcd/snapshot/restore-program.ts";
import { stage } from "../../../etcd/stage.ts";
import { lockPrefix, makePrefix } from "../../agent/prefix.ts";
import { replaceFile } from "../../os/atomic-file.ts";
import { tryLock } from "../../os/lock.ts";
import { readArguments, UsageError } from "../arguments.ts";
import { defineCommand } from "../command.ts";
import { prefixOptions, prefixVariables } from "../prefix-option.ts";
import { print } from "../print.ts";
import { factsForJson, inMegabytes } from "./facts.ts";
import { whileNotInterrupted } from "./interrupted.ts";

const name = "mgmt snapshot restore";

const options = {
  ...prefixOptions,
  hostname: {
    type: "string",
    valueHint: "NAME",
    description: "Name of the agent; the host name of the machine if not given",
  },
  "advertise-server-urls": {
    type: "string",
    valueHint: "URL[,URL...]",
    description: "Where other members are to reach this one; as in the snapshot if not given",
  },
  json: { type: "boolean", description: "Print one JSON object" },
} as const satisfies ArgsDef;

export const restore = defineCommand({
  summary:
    "Starts a new cluster from a snapshot, with the agent of this host as its only member. The agent has to be stopped.\nWhat it has now is kept beside it.",
  usage: `${name} [OPTIONS] FILE`,
  options,
  examples: `Examples:\n  systemctl stop mgmt\n  ${name} /backup/store.db\n  systemctl start mgmt`,
  async run(args) {
    const given = readArguments(name, args, options, {
      lists: ["advertise-server-urls"],
      variables: prefixVariables,
      environment: process.env,
    });
    const [file, surplus] = given.words;
    if (file === undefined) throw new UsageError(`${name}: needs the FILE to restore`);
    if (surplus !== undefined) throw new UsageError(`${name}: takes one FILE, and got \`${surplus}\`, too`);
    const { env } = process;
    const { path } = makePrefix({
      prefix: given.text("prefix"),
      temporary: false,
      allowTemporary: false,
      hostname: hostname(),
      environment: env,
    });
    const unlock = lockPrefix(path);
    try {
      const files = { tryLock, replaceFile };
      const { PATH, XDG_RUNTIME_DIR } = env;
      const client = await stage("etcdctl", {
        directory: join(path, "etcd", "bin"),
        files,
        override: env.MGMT_ETCDCTL_BINARY,
        environment: { PATH, XDG_RUNTIME_DIR },
      });
      const urls = given
        .list("advertise-server-urls")
        .flatMap((text) => text.split(/[,; ]+/).filter((url) => url !== ""));
      const restored = await whileNotInterrupted((signal) =>
        restoreSnapshot({
          file: resolve(file),
          directory: join(path, "etcd"),
          program: restoreProgram(client, PATH ?? "", env.MGMT_ETCDUTL_BINARY),
          files,
          name: given.text("hostname") || hostname(),
          peerUrls: urls.length > 0 ? urls : undefined,
          signal,
        }),
      );
      if (given.flag("json")) await print(JSON.stringify(forJson(restored)));
      else await print(forPeople(restored, path));
      return 0;
    } finally {
      unlock();
    }
  },
});

function forJson({ snapshot, token, name: member, peerUrls, dataMovedTo }: Restored) {
  const { path, revision } = factsForJson(snapshot);
  return { snapshot: path, revision, name: member, peerUrls, token, dataMovedTo: dataMovedTo ?? null };
}

function forPeople({ snapshot, name: member, peerUrls, dataMovedTo }: Restored, prefix: string): string {
  const { members } = snapshot;
  // One that was alone is this one, perhaps by another name.
  const others = members.length < 2 ? [] : members.filter((each) => each.name !== member);
  const hadCertificates = members.some(({ peerUrls: urls }) => urls.some((url) => url.startsWith("https:")));
  return [
    `restored revision ${snapshot.revision} from ${snapshot.path} (${inMegabytes(snapshot.bytes)}), saved ${snapshot.savedAt.toISOString()}`,
    `${member} is its only member, at ${peerUrls.join(", ")}`,
    ...(dataMovedTo === undefined
      ? []
      : [`what was there before is in ${dataMovedTo}: remove it when all is well`]),
    ...(hadCertificates && !existsSync(join(prefix, "pki"))
      ? [
          `there are no certificates in ${join(prefix, "pki")}: put those of the cluster back before you start it`,
        ]
      : []),
    "",
    "Next:",
    "  1. start the agent here",
    ...(others.length === 0
      ? []
      : [
          `  2. on each of the others (${others.map((each) => each.name).join(", ")}): stop the agent, mgmt cluster reset --yes, and join again`,
          "     (a cluster of the others that still runs is another one from now on: nothing reaches it from here)",
        ]),
  ].join("\n");
}
