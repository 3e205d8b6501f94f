/** What there is to see of deploys. */
import { decodeBytes } from "../../../lang/bytes.ts";
import { harmless, oneLine } from "../../agent/terminal-text.ts";
import { unifiedDiff } from "../../agent/unified-diff.ts";
import type { Deploy, TreeFile } from "../../world/deploy-store.ts";
import type { HostStatus } from "../../world/host-status-store.ts";

/** @param all by their number. @throws Error if there is no such deploy */
export function findDeploy(all: readonly Deploy[], id: number): Deploy {
  const found = all.find((each) => each.id === id);
  if (found !== undefined) return found;
  const [first, last] = [all[0], all.at(-1)];
  if (first === undefined || last === undefined) throw new Error("nothing has been deployed yet");
  throw new Error(`there is no deploy ${id}; there are those from ${first.id} to ${last.id}`);
}

/** A table of deploys, the newest first, with the hosts that run each. */
export function listDeploys(
  all: readonly Deploy[],
  hosts: ReadonlyMap<string, HostStatus>,
  json: boolean,
): string {
  const newestFirst = all.toReversed();
  if (json)
    return JSON.stringify(newestFirst.map((deploy) => ({ ...deploy, runs: runningOn(deploy, hosts) })));
  if (all.length === 0) return "nothing has been deployed yet";
  const rows = newestFirst.map((deploy) => [
    String(deploy.id),
    `${deploy.createdAt.slice(0, 19).replace("T", " ")}`,
    deploy.createdBy,
    deploy.frontend,
    deploy.hash?.slice(0, 10) ?? "",
    optionsOf(deploy).join(" "),
    runningOn(deploy, hosts).join(","),
  ]);
  const titles = ["ID", "ADDED (UTC)", "BY", "KIND", "COMMIT", "OPTIONS", "IN FORCE ON"];
  const widths = titles.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  return [titles, ...rows]
    .map((row) =>
      row
        .map((cell, column) => oneLine(cell).padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** All of one deploy. */
export function showDeploy(
  deploy: Deploy,
  tree: readonly TreeFile[],
  hosts: ReadonlyMap<string, HostStatus>,
  json: boolean,
): string {
  const files = tree.map(({ path, mode, content }) => ({ path, mode, size: content.length }));
  if (json) return JSON.stringify({ ...deploy, tree: files, runs: runningOn(deploy, hosts) });
  const lines = [
    ["deploy", String(deploy.id)],
    ["added", `${deploy.createdAt} by ${deploy.createdBy}`],
    ["kind", deploy.frontend],
    ["begins in", deploy.entry === undefined ? "" : deploy.entry.path || "./"],
    ["options", optionsOf(deploy).join(" ")],
    ["commit", deploy.hash ?? ""],
    ["in force on", runningOn(deploy, hosts).join(", ")],
  ];
  const shown = lines.flatMap(([name = "", value = ""]) =>
    value === "" ? [] : [`${`${name}:`.padEnd(13)}${oneLine(value)}`],
  );
  const listed = files.map(
    ({ path, mode, size }) =>
      `${mode.toString(8).padStart(4, "0")} ${String(size).padStart(9)}  ${oneLine(path)}`,
  );
  return [...shown, ...(listed.length === 0 ? [] : ["", ...listed])].join("\n");
}

interface WithFiles {
  readonly deploy: Deploy;
  readonly files: readonly TreeFile[];
}

/** @returns a unified diff of all files, and what else differs; empty if nothing does */
export function diffDeploys(before: WithFiles, after: WithFiles): string {
  const parts: string[] = [];
  const names = [`deploy ${before.deploy.id}`, `deploy ${after.deploy.id}`] as const;
  const [old, now] = [optionsOf(before.deploy).join(" "), optionsOf(after.deploy).join(" ")];
  if (old !== now) parts.push(`options: ${old || "none"}, now ${now || "none"}`);
  const [was, is] = [before.deploy.entry?.path, after.deploy.entry?.path];
  if (was !== is) parts.push(`begins in: ${was ?? "nothing"}, now ${is ?? "nothing"}`);
  const [left, right] = [byPath(before.files), byPath(after.files)];
  for (const path of [...new Set([...left.keys(), ...right.keys()])].sort()) {
    const [a, b] = [left.get(path), right.get(path)];
    if (a !== undefined && b !== undefined && a.mode !== b.mode)
      parts.push(`mode of ${path}: ${a.mode.toString(8)} is ${b.mode.toString(8)}`);
    const [from, to] = [a?.content ?? nothing, b?.content ?? nothing];
    if (Buffer.compare(from, to) === 0) {
      if (a === undefined) parts.push(`new empty file ${path}`);
      if (b === undefined) parts.push(`without the empty file ${path}`);
      continue;
    }
    if (from.includes(0) || to.includes(0)) parts.push(`${path} differs, and is no text`);
    else parts.push(unifiedDiff(path, decodeBytes(from), decodeBytes(to), names).trimEnd());
  }
  return harmless(parts.join("\n"));
}

const nothing = new Uint8Array(0);

function byPath(files: readonly TreeFile[]): ReadonlyMap<string, TreeFile> {
  return new Map(files.map((file) => [file.path, file]));
}

function optionsOf({ options: { noop, sema, autoEdges, autoGroup }, hosts }: Deploy): readonly string[] {
  return [
    ...(hosts === undefined ? [] : [`--canary ${hosts.join(",")}`]),
    ...(noop ? ["--noop"] : []),
    ...(sema === undefined ? [] : [`--sema ${sema}`]),
    ...(autoEdges ? [] : ["--no-autoedges"]),
    ...(autoGroup ? [] : ["--no-autogroup"]),
  ];
}

function runningOn({ id }: Deploy, hosts: ReadonlyMap<string, HostStatus>): readonly string[] {
  return [...hosts].flatMap(([host, { deploy }]) => (deploy?.inForce === id ? [host] : []));
}
