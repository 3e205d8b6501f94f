import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import type { ArgsDef } from "citty";
import { readSnapshot, type SnapshotFacts } from "../../../etcd/snapshot/read.ts";
import { SnapshotError } from "../../../etcd/snapshot/snapshot-error.ts";
import { errorCode } from "../../os/errors.ts";
import { readArguments } from "../arguments.ts";
import { defineCommand } from "../command.ts";
import { prefixOptions, prefixVariables, readPrefix } from "../prefix-option.ts";
import { print } from "../print.ts";
import { factsForJson, inMegabytes } from "./facts.ts";

const name = "mgmt snapshot list";

const options = {
  ...prefixOptions,
  json: { type: "boolean", description: "Print one JSON object for each, a line each" },
} as const satisfies ArgsDef;

/** A file, and either what is in it or why it is of no use. */
type Found =
  | { readonly path: string; readonly facts: SnapshotFacts }
  | { readonly path: string; readonly error: string };

export const list = defineCommand({
  summary: "Lists snapshots: those in PREFIX/snapshots, or the files that are named. Each is read through.",
  usage: `${name} [OPTIONS] [FILE...]`,
  options,
  examples: "Exit status: 0 all are whole; 1 one of them is of no use.",
  async run(args) {
    const given = readArguments(name, args, options, {
      variables: prefixVariables,
      environment: process.env,
    });
    const prefix = readPrefix(given);
    const directory = join(prefix, "snapshots");
    const paths = given.words.length > 0 ? given.words.map((word) => resolve(word)) : filesIn(directory);
    const found: Found[] = [];
    for (const path of paths) found.push(await look(path));
    if (given.flag("json")) {
      for (const each of found)
        await print(
          JSON.stringify("facts" in each ? factsForJson(each.facts) : { path: each.path, error: each.error }),
        );
    } else if (found.length === 0) await print(`there are no snapshots in ${directory}`);
    else await print(table(found, new Date()));
    return found.some((each) => "error" in each) ? 1 : 0;
  },
});

function filesIn(directory: string): readonly string[] {
  try {
    const files = readdirSync(directory, { withFileTypes: true });
    return files
      .filter((file) => file.isFile() && !file.name.startsWith("."))
      .map((file) => join(directory, file.name))
      .sort();
  } catch (error) {
    if (errorCode(error) === "ENOENT") return [];
    throw error;
  }
}

async function look(path: string): Promise<Found> {
  try {
    return { path, facts: await readSnapshot(path) };
  } catch (error) {
    if (error instanceof SnapshotError) return { path, error: error.message };
    throw error;
  }
}

function table(found: readonly Found[], now: Date): string {
  const rows = found.map((each) =>
    "facts" in each
      ? [
          ageOf(each.facts.savedAt, now),
          inMegabytes(each.facts.bytes),
          `revision ${each.facts.revision}`,
          `etcd ${each.facts.clusterVersion?.replace(/\.\d+$/, "") ?? "?"}`,
          "whole",
          each.path,
        ]
      : ["", "", "", "", "no use", each.error],
  );
  const width = (column: number): number => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  return rows
    .map((row) =>
      row.map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(width(column)))).join("  "),
    )
    .join("\n");
}

function ageOf(time: Date, now: Date): string {
  const seconds = Math.max(0, (now.getTime() - time.getTime()) / 1000);
  const units = [
    [86_400, "days"],
    [3600, "hours"],
    [60, "minutes"],
  ] as const;
  for (const [size, unit] of units)
    if (seconds >= 2 * size) return `${Math.floor(seconds / size)} ${unit} old`;
  return `${Math.floor(seconds)} seconds old`;
}
