import { join, resolve } from "node:path";
import type { ArgsDef } from "citty";
import { EtcdError } from "../../../etcd/client/error.ts";
import { Maintenance } from "../../../etcd/client/maintenance.ts";
import { saveSnapshotAs } from "../../../etcd/snapshot/save.ts";
import { SnapshotError } from "../../../etcd/snapshot/snapshot-error.ts";
import { requireRoot } from "../../agent/store/admin.ts";
import { adminLists, adminOptions, adminVariables, readAdmin } from "../admin-options.ts";
import { readArguments, UsageError } from "../arguments.ts";
import { defineCommand } from "../command.ts";
import { readPrefix } from "../prefix-option.ts";
import { print } from "../print.ts";
import { factsForJson, inMegabytes } from "./facts.ts";
import { whileNotInterrupted } from "./interrupted.ts";
import { progressLine } from "./progress-line.ts";

const name = "mgmt snapshot save";

const options = {
  ...adminOptions,
  force: { type: "boolean", description: "Replace FILE if it is there already" },
  json: { type: "boolean", description: "Print one JSON object" },
} as const satisfies ArgsDef;

export const save = defineCommand({
  summary: "Saves the store to a file, which is there when all of it is, verified, and not before.",
  usage: `${name} [OPTIONS] FILE`,
  options,
  examples: `Examples:\n  ${name} /backup/store.db\n  ${name} --seeds https://10.0.0.1:2379 store.db`,
  async run(args) {
    const given = readArguments(name, args, options, {
      lists: adminLists,
      variables: adminVariables,
      environment: process.env,
    });
    const [file, surplus] = given.words;
    if (file === undefined) throw new UsageError(`${name}: needs the FILE to save to`);
    if (surplus !== undefined) throw new UsageError(`${name}: takes one FILE, and got \`${surplus}\`, too`);
    const prefix = readPrefix(given);
    await using admin = await readAdmin(name, given);
    requireRoot(admin, "save the store");
    const progress = given.flag("json") ? undefined : progressLine("saved");
    try {
      const saving = {
        maintenance: new Maintenance(admin.client.connection),
        force: given.flag("force"),
        ...(progress && { onProgress: progress.show }),
      };
      let isOld = false;
      const saved = await whileNotInterrupted((signal) =>
        saveSnapshotAs(file, { ...saving, signal }).catch((error: unknown) => {
          if (!(error instanceof EtcdError) || error.kind !== "no-quorum") throw error;
          // What one member has is better than nothing, above all now.
          isOld = true;
          return saveSnapshotAs(file, { ...saving, signal, mayBeOld: true });
        }),
      ).catch((error: unknown) => {
        if (error instanceof SnapshotError && error.kind === "exists")
          throw new Error(`${resolve(file)} is there already; name another file, or replace it with --force`);
        throw error;
      });
      progress?.end();
      if (isOld)
        console.error(
          "mgmt: the store has no quorum: this is what one member has, and the last changes may be missing",
        );
      if (given.flag("json")) await print(JSON.stringify(factsForJson(saved)));
      else
        await print(`saved revision ${saved.revision} to ${saved.path} (${inMegabytes(saved.bytes)}, verified)
to go back to it: stop the agent, and run mgmt snapshot restore ${saved.path}; keep ${join(prefix, "pki")}, too, which is not in it`);
      return 0;
    } finally {
      progress?.end();
    }
  },
});
