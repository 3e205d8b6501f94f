/** Options of all commands that read a program, about the modules that it imports by URL (cluster specification, 1.3). */
import { resolve } from "node:path";
import type { ArgsDef } from "citty";
import type { ModuleOptions } from "../agent/input.ts";
import { type Arguments, UsageError } from "./arguments.ts";

export const moduleOptions = {
  download: {
    type: "boolean",
    description: "Clone imported modules that are not on this machine, with git",
  },
  update: { type: "boolean", description: "Pull imported modules that are on this machine, with git" },
  depth: {
    type: "string",
    valueHint: "N",
    default: "-1",
    description: "Clone the last N commits only; -1 is all",
  },
  "module-path": {
    type: "string",
    valueHint: "DIR/",
    description: "Where modules imported by URL are, or go (MGMT_MODULE_PATH)",
  },
} as const satisfies ArgsDef;

/** The environment variables that stand in for them. */
export const moduleVariables = { "module-path": "MGMT_MODULE_PATH" } as const;

/**
 * @param command for messages: `mgmt check`
 * @throws UsageError
 */
export function readModuleOptions(command: string, given: Arguments): ModuleOptions {
  const directory = given.text("module-path") || undefined;
  if (directory !== undefined && !directory.endsWith("/"))
    throw new UsageError(
      `${command}: --module-path is a directory, and ends in a slash: \`${directory}/\`, not \`${directory}\``,
    );
  const depth = given.integer("depth") ?? -1;
  if (depth < 1 && depth !== -1)
    throw new UsageError(`${command}: --depth is at least 1, or -1 for all commits, not ${depth}`);
  return {
    directory: directory === undefined ? undefined : resolve(directory),
    download: given.flag("download"),
    update: given.flag("update"),
    depth: depth === -1 ? undefined : depth,
  };
}
