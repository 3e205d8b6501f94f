import type { Connection, Repetition } from "./connection.ts";
import { EtcdError } from "./error.ts";
import { AuthClient } from "./etcd3.ts";
import { type KeyRange, toRangeMessage } from "./key-range.ts";

/** Something that is allowed. */
export interface Grant {
  readonly range: KeyRange;
  readonly access: "read" | "write" | "read-write";
}

type Permission = NonNullable<Parameters<AuthClient["roleGrantPermission"]>[0]["perm"]>;

/** A permission can only be given and taken for a range as a whole, and there is one for each range. */
const types: Readonly<Record<Grant["access"], Permission["permType"]>> = {
  read: "Read",
  write: "Write",
  "read-write": "Readwrite",
};

/**
 * Users and roles of etcd. Users have no password: servers know them by the common names of their certificates. What is
 * asked for is made true, whatever was there, so that everything can be done twice. All methods throw an {@link EtcdError}.
 */
export class Auth {
  readonly #auth: AuthClient;

  constructor(connection: Connection) {
    const repetition: Repetition = {};
    this.#auth = new AuthClient(connection.calls(repetition));
  }

  /** Makes a role, with whatever permissions it has. */
  async addRole(role: string): Promise<void> {
    await unless(/role name already exists/, this.#auth.roleAdd({ name: role }));
  }

  /** Makes a role that has these permissions and no others. */
  async setRole(role: string, grants: readonly Grant[]): Promise<void> {
    await this.addRole(role);
    const { perm } = await this.#auth.roleGet({ role });
    const before = new Map(perm.map((each) => [nameOf(each), each]));
    const wanted = new Map(merge(grants).map((each) => [nameOf(each), each]));
    for (const [name, { key, range_end }] of before) {
      if (wanted.has(name)) continue;
      await unless(notGranted, this.#auth.roleRevokePermission({ role, key, range_end }));
    }
    for (const [name, each] of wanted)
      if (before.get(name)?.permType !== each.permType)
        await this.#auth.roleGrantPermission({ name: role, perm: each });
  }

  /** Makes a user that has these roles and no others. */
  async setUser(name: string, roles: readonly string[]): Promise<void> {
    const options = { no_password: true };
    await unless(/user name already exists/, this.#auth.userAdd({ name, options }));
    const before = (await this.#auth.userGet({ name })).roles;
    for (const role of before)
      if (!roles.includes(role)) await unless(notGranted, this.#auth.userRevokeRole({ name, role }));
    for (const role of roles)
      if (!before.includes(role)) await this.#auth.userGrantRole({ user: name, role });
  }

  async removeUser(name: string): Promise<void> {
    await unless(/user name not found/, this.#auth.userDelete({ name }));
  }

  async removeRole(role: string): Promise<void> {
    await unless(/role name not found/, this.#auth.roleDelete({ role }));
  }

  /** Has the servers ask everybody who they are, from now on. There has to be a user `root` with the role `root`. */
  async enable(): Promise<void> {
    await this.#auth.authEnable();
  }

  async users(): Promise<readonly string[]> {
    return (await this.#auth.userList()).users;
  }
}

const notGranted = /is not granted to/;

/** What has been done already is done. */
async function unless(done: RegExp, work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof EtcdError) || !done.test(error.message)) throw error;
  }
}

/** One permission for each range, for a second one would replace the first. */
function merge(grants: readonly Grant[]): readonly Permission[] {
  const merged = new Map<string, Permission>();
  for (const { range, access } of grants) {
    const { key, range_end = Buffer.alloc(0) } = toRangeMessage(range);
    const permission = { permType: types[access], key, range_end };
    const name = nameOf(permission);
    const other = merged.get(name);
    const isMore = other !== undefined && other.permType !== permission.permType;
    merged.set(name, isMore ? { ...permission, permType: "Readwrite" } : permission);
  }
  return [...merged.values()];
}

function nameOf({ key, range_end }: Permission): string {
  return `${Buffer.from(key).toString("hex")}-${Buffer.from(range_end).toString("hex")}`;
}
