/** Who may read and write what in etcd (cluster specification, 10.8). All of it is below one root; see `etcd-keys.ts`. */
import type { Grant } from "../../etcd/client/auth.ts";
import type { KeyRange } from "../../etcd/client/key-range.ts";
import type { Role } from "../../etcd/pki/role.ts";
import type { EtcdKeys } from "./etcd-keys.ts";

/**
 * What one node may do: read what hosts share, and write what is its own. The keys of no other host begin with any of
 * these, for wherever a host writes, its name comes first and a slash after it, or the name is the end of the key.
 */
export function nodeGrants(keys: EtcdKeys, name: string, role: Role): readonly Grant[] {
  const { root } = keys;
  return [
    ...read(
      keys.deploys,
      keys.trees,
      keys.contents,
      keys.hostStrings,
      keys.exports,
      keys.scheduler,
      keys.convergences,
      `${root}/cluster/`,
      `${root}/host/`,
      `${root}/status/`,
      `${root}/volunteer/`,
      `${root}/nominated/`,
      `${root}/leaving/`,
    ),
    // Values that are nobody's own.
    { ...readWrite({ prefix: keys.strings }), shared: true },
    ...[
      keys.hostStringsOf(name),
      keys.exportsOf(name),
      keys.registrationsOf(name),
      keys.loadsOf(name),
      `${root}/status/${name}/`,
    ].map((prefix) => readWrite({ prefix })),
    ...[keys.convergence(name), `${root}/status/${name}`].map((key) => readWrite({ key })),
    ...(role === "server"
      ? [`${root}/volunteer/${name}`, `${root}/leaving/${name}`, `${root}/cluster/join/${name}`].map((key) =>
          readWrite({ key }),
        )
      : []),
  ];
}

/** What all nodes of role server may do besides: deploy, choose hosts for schedules, and arrange the members of the cluster. */
export function serverGrants(keys: EtcdKeys): readonly Grant[] {
  const { root } = keys;
  return [
    ...[
      keys.candidates,
      keys.schedules,
      keys.deploys,
      keys.trees,
      keys.contents,
      `${root}/cluster/controller/`,
    ].map((prefix) => readWrite({ prefix })),
    readWrite({ key: `${root}/cluster/endpoints` }),
    ...[`${root}/nominated/`, `${root}/leaving/`, `${root}/quarantine/`].map((prefix) =>
      readWrite({ prefix }),
    ),
  ];
}

function read(...prefixes: readonly string[]): readonly Grant[] {
  return prefixes.map((prefix) => ({ range: { prefix }, access: "read", shared: true }));
}

function readWrite(range: KeyRange): Grant {
  return { range, access: "read-write" };
}
