/** The option that says which node of this machine is meant. */
import { resolve } from "node:path";
import type { ArgsDef } from "citty";
import { standardPrefix } from "../agent/prefix.ts";
import { type Arguments, UsageError } from "./arguments.ts";

export const prefixOptions = {
  prefix: {
    type: "string",
    valueHint: "DIR",
    description: "Working directory of the node (MGMT_PREFIX); /var/lib/mgmt for root",
  },
} as const satisfies ArgsDef;

/** The environment variable that stands in for it. */
export const prefixVariables = { prefix: "MGMT_PREFIX" } as const;

/** Absolute. */
export function readPrefix(given: Arguments): string {
  return resolve(given.text("prefix") ?? standardPrefix(process.env));
}

/** @param command for messages @param most how many words it takes @throws UsageError */
export function refuseWords(command: string, { words }: Arguments, most = 0): void {
  if (words.length <= most) return;
  const surplus = words.slice(most).join(" ");
  throw new UsageError(
    most === 0
      ? `${command} takes no words, and got \`${surplus}\``
      : `${command}: \`${surplus}\` is too much`,
  );
}
