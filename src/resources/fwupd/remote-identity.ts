import type { Identity } from "../../engine/resource.ts";

/** The name of any `fwupd:remote` for automatic edges. */
export const anyRemote: Identity = "fwupd-remote:*";

/** The name of one `fwupd:remote` for automatic edges. */
export function remoteIdentity(id: string): Identity {
  return `fwupd-remote:${id}`;
}
