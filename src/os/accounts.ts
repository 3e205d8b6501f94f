import { readFileSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { decodeBytes } from "../../lang/bytes.ts";

/** A line of the user database. */
export interface User {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly comment: string;
  readonly home: string;
  readonly shell: string;
}

/** A line of the group database. */
export interface Group {
  readonly name: string;
  readonly gid: number;
  /** Names of the users who have it as a supplementary group. */
  readonly members: readonly string[];
}

/**
 * The account databases (resources-system 1.5): the files first, parsed again only when they changed, then
 * `getent` for what other sources (LDAP, systemd-homed) know.
 */
export class Accounts {
  readonly #users: Database<User>;
  readonly #groups: Database<Group>;

  /** @param directory where `passwd` and `group` are */
  constructor(directory = "/etc") {
    this.#users = new Database(`${directory}/passwd`, "passwd", parseUser);
    this.#groups = new Database(`${directory}/group`, "group", parseGroup);
  }

  userByName(name: string): User | undefined {
    return this.#users.byName(name);
  }

  userById(uid: number): User | undefined {
    return this.#users.byId(uid);
  }

  groupByName(name: string): Group | undefined {
    return this.#groups.byName(name);
  }

  groupById(gid: number): Group | undefined {
    return this.#groups.byId(gid);
  }

  /** The groups in the group file that list a user as a member; the primary group is not among them. */
  supplementaryGroups(userName: string): Group[] {
    return this.#groups.all().filter((group) => group.members.includes(userName));
  }

  /** The user an `owner` text means: a numeric id first, then a name. Throws if there is none. */
  resolveUser(text: string): User {
    const user = this.#users.resolve(text);
    if (user === undefined) throw new Error(`user lookup error (${text}): no such user`);
    return user;
  }

  /** The group a `group` text means: a numeric id first, then a name. Throws if there is none. */
  resolveGroup(text: string): Group {
    const group = this.#groups.resolve(text);
    if (group === undefined) throw new Error(`group lookup error (${text}): no such group`);
    return group;
  }

  /** Replaces a leading `~/` by the agent's home and `~NAME/` by that user's; all other text stays as it is. */
  expandHome(path: string): string {
    const tilde = /^~([^/]*)\//.exec(path);
    if (tilde === null) return path;
    const [prefix, name = ""] = tilde;
    const home = name === "" ? homedir() : this.userByName(name)?.home;
    if (!home) throw new Error(`can't expand ${prefix} into home directory`);
    return `${home.replace(/\/+$/, "")}/${path.slice(prefix.length)}`;
  }
}

interface Account {
  readonly name: string;
}

interface Parsed<Entry> {
  readonly entry: Entry;
  readonly id: number;
}

/** One database file and its parsed form. The first of several lines with one name or id wins, as in libc. */
class Database<Entry extends Account> {
  #version = "";
  #byName = new Map<string, Entry>();
  #byId = new Map<number, Entry>();

  constructor(
    readonly path: string,
    readonly source: "passwd" | "group",
    readonly parse: (fields: readonly string[]) => Parsed<Entry> | undefined,
  ) {}

  byName(name: string): Entry | undefined {
    this.#refresh();
    const found = this.#byName.get(name);
    if (found !== undefined || name === "" || isId(name)) return found;
    return this.#ask(name)?.entry;
  }

  byId(id: number): Entry | undefined {
    this.#refresh();
    return this.#byId.get(id) ?? this.#ask(String(id))?.entry;
  }

  resolve(text: string): Entry | undefined {
    return (isId(text) ? this.byId(Number(text)) : undefined) ?? this.byName(text);
  }

  all(): Entry[] {
    this.#refresh();
    return [...this.#byName.values()];
  }

  #refresh(): void {
    const status = statSync(this.path, { bigint: true, throwIfNoEntry: false });
    const version = status ? `${status.ino} ${status.size} ${status.mtimeNs} ${status.ctimeNs}` : "missing";
    if (version === this.#version) return;
    this.#byName = new Map();
    this.#byId = new Map();
    const text = status ? decodeBytes(readFileSync(this.path)) : "";
    for (const line of text.split("\n")) {
      const parsed = this.parse(line.split(":"));
      if (parsed === undefined) continue;
      if (!this.#byName.has(parsed.entry.name)) this.#byName.set(parsed.entry.name, parsed.entry);
      if (!this.#byId.has(parsed.id)) this.#byId.set(parsed.id, parsed.entry);
    }
    this.#version = version;
  }

  #ask(key: string): Parsed<Entry> | undefined {
    if (key.includes("\0") || !key.isWellFormed()) return undefined;
    const getent = Bun.which("getent");
    if (getent === null) return undefined;
    const { exitCode, stdout } = Bun.spawnSync([getent, "--", this.source, key], { stderr: "ignore" });
    if (exitCode !== 0) return undefined;
    return this.parse(decodeBytes(stdout).split("\n", 1)[0]?.split(":") ?? []);
  }
}

function isId(text: string): boolean {
  return /^\d{1,10}$/.test(text) && Number(text) < 0xffff_ffff;
}

function parseUser(fields: readonly string[]): Parsed<User> | undefined {
  const [name = "", , uid = "", gid = "", comment = "", home = "", shell = ""] = fields;
  if (name === "" || !isId(uid) || !isId(gid)) return undefined;
  return { entry: { name, uid: Number(uid), gid: Number(gid), comment, home, shell }, id: Number(uid) };
}

function parseGroup(fields: readonly string[]): Parsed<Group> | undefined {
  const [name = "", , gid = "", members = ""] = fields;
  if (name === "" || !isId(gid)) return undefined;
  const entry = { name, gid: Number(gid), members: members.split(",").filter((member) => member !== "") };
  return { entry, id: Number(gid) };
}

/** The accounts of this machine. */
export const accounts = new Accounts();
