/** Users and groups in parameters. */
import type { Identity } from "../../engine/resource.ts";

/** Whether a text can be the name of a user or of a group (resources-system 1.5). */
export function isAccountName(text: string): boolean {
  return /^[a-zA-Z_][a-zA-Z0-9_-]{0,30}$/.test(text);
}

/** The name, for automatic edges, of a group that is known by its id; one that is known by name is `group:NAME`. */
export function groupIdIdentity(gid: number): Identity {
  return `group-id:${gid}`;
}
