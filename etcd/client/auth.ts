import type { Connection } from "./connection.ts";
import { EtcdError } from "./error.ts";
import { AuthClient } from "./etcd3.ts";
import { type KeyRange, toRangeMessage } from "./key-range.ts";
import { pause } from "./pause.ts";

/** Something that is allowed. */
export interface Grant {
  readonly range: KeyRange;
  readonly access: "read" | "write" | "read-write";
  /** The same for all, so that it is granted to all at once. */
  readonly shared?: boolean;
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
  readonly #connection: Connection;
  readonly #auth: AuthClient;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#auth = new AuthClient(connection.calls({}));
  }

  /** Makes a role, with whatever permissions it has. */
  async addRole(role: string): Promise<void> {
    const before = await this.#auth.roleList();
    if (before.roles.includes(role)) return;
    await this.#change(() => this.#auth.roleAdd({ name: role }), /role name already exists/);
  }

  /** Makes a role that has these permissions and no others. */
  async setRole(role: string, grants: readonly Grant[]): Promise<void> {
    const before = await this.#grant(role, grants);
    const wanted = new Set(merge(grants).map(nameOf));
    for (const each of before) {
      if (wanted.has(nameOf(each))) continue;
      const { key, range_end } = each;
      await this.#change(() => this.#auth.roleRevokePermission({ role, key, range_end }), notGranted);
    }
  }

  /** Makes a role that has these permissions and those that it had before. */
  async addToRole(role: string, grants: readonly Grant[]): Promise<void> {
    await this.#grant(role, grants);
  }

  /** Makes a user that has these roles and no others. */
  async setUser(name: string, roles: readonly string[]): Promise<void> {
    if (!(await this.users()).includes(name)) {
      const options = { no_password: true };
      await this.#change(() => this.#auth.userAdd({ name, options }), /user name already exists/);
    }
    const before = (await this.#auth.userGet({ name })).roles;
    for (const role of before)
      if (!roles.includes(role))
        await this.#change(() => this.#auth.userRevokeRole({ name, role }), notGranted);
    for (const role of roles)
      if (!before.includes(role)) await this.#change(() => this.#auth.userGrantRole({ user: name, role }));
  }

  async removeUser(name: string): Promise<void> {
    await this.#change(() => this.#auth.userDelete({ name }), /user name not found/);
  }

  async removeRole(role: string): Promise<void> {
    await this.#change(() => this.#auth.roleDelete({ role }), /role name not found/);
  }

  /** Has the servers ask everybody who they are, from now on. There has to be a user `root` with the role `root`. */
  async enable(): Promise<void> {
    await this.#auth.authEnable();
  }

  async users(): Promise<readonly string[]> {
    return (await this.#auth.userList()).users;
  }

  /** @returns the permissions before */
  async #grant(role: string, grants: readonly Grant[]): Promise<readonly Permission[]> {
    await this.addRole(role);
    const { perm } = await this.#auth.roleGet({ role });
    const before = new Map(perm.map((each) => [nameOf(each), each.permType]));
    for (const each of merge(grants))
      if (before.get(nameOf(each)) !== each.permType)
        await this.#change(() => this.#auth.roleGrantPermission({ name: role, perm: each }));
    return perm;
  }

  /**
   * A change has servers refuse whatever they have looked at before it and would do after it, of everybody. So there is
   * time after each, in which others get through.
   * @param done says that there was nothing to change
   */
  async #change(work: () => Promise<unknown>, done?: RegExp): Promise<void> {
    const began = performance.now();
    try {
      await work();
    } catch (error) {
      if (!(error instanceof EtcdError) || done?.test(error.message) !== true) throw error;
    }
    await pause((performance.now() - began) * respite, this.#connection.closed);
  }
}

const notGranted = /is not granted to/;

/** How many times as long as a change took others have the servers to themselves. */
const respite = 1.5;

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
