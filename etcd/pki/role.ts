/**
 * What a node may be in its cluster: an `agent` is a client only; a `server` may also run a member of etcd, and signs
 * the certificates of those who join.
 */
export const roles = ["agent", "server"] as const;
export type Role = (typeof roles)[number];

export function toRole(value: unknown): Role | undefined {
  return roles.find((role) => role === value);
}
