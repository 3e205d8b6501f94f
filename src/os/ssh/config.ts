/** What the configuration of ssh(1) says about a host: `~/.ssh/config`, then `/etc/ssh/ssh_config`. */
import { readdirSync, statSync } from "node:fs";
import { basename, dirname, isAbsolute, join } from "node:path";
import type { Line } from "ssh-config";
import { accounts } from "../accounts.ts";
import { explainError } from "../errors.ts";
import { displayPath } from "../paths.ts";
import { SshError } from "./error.ts";
import { matches, matchesAny, matchesHost } from "./patterns.ts";
import { readIfThere, type Surroundings } from "./surroundings.ts";
import type { SshTarget } from "./target.ts";

/** How a host is reached, all defaults filled in. Paths are absolute. */
export interface SshSettings {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** By what the host is called in files of known hosts, instead of its name and port. */
  readonly hostKeyAlias: string | undefined;
  /** Private keys to log in with; those found in `~/.ssh` if there are none. */
  readonly identityFiles: readonly string[];
  /** Whether of an agent's keys only those are to be used that are named by files. */
  readonly identitiesOnly: boolean;
  /** Where the agent is; none if undefined. */
  readonly agentSocket: string | undefined;
  /** Files that may be missing. */
  readonly knownHostsFiles: readonly string[];
  /** Hosts to go through, the first one first. */
  readonly jumps: readonly string[];
}

/** @throws SshError if a file cannot be read, or says what cannot be done */
export async function readSshSettings(target: SshTarget, around: Surroundings): Promise<SshSettings> {
  const { home, systemDirectory } = around;
  const found = new Found(target, around);
  const own = join(home, ".ssh", "config");
  await found.read(own, dirname(own), true);
  await found.read(join(systemDirectory, "ssh_config"), systemDirectory, false);

  for (const [name, why] of notDone) {
    const value = found.first(name);
    if (value !== undefined && value.text.toLowerCase() !== "none")
      throw new SshError("configuration", `${value.place}: ${name} ${why}`);
  }
  return {
    host: found.hostName,
    port: found.port,
    user: found.user,
    hostKeyAlias: found.text("HostKeyAlias"),
    identityFiles: withoutNone(found.paths("IdentityFile")),
    identitiesOnly: found.text("IdentitiesOnly")?.toLowerCase() === "yes",
    agentSocket: found.agentSocket,
    knownHostsFiles: [
      ...(found.optionalPaths("UserKnownHostsFile") ?? [
        join(home, ".ssh", "known_hosts"),
        join(home, ".ssh", "known_hosts2"),
      ]),
      ...(found.optionalPaths("GlobalKnownHostsFile") ?? [
        join(systemDirectory, "ssh_known_hosts"),
        join(systemDirectory, "ssh_known_hosts2"),
      ]),
    ].filter((path) => basename(path) !== "none"),
    jumps: found.jumps,
  };
}

/** What would be unsafe, or lead elsewhere, if it were passed over. */
const notDone = [
  ["ProxyCommand", "is not supported here; ProxyJump is"],
  ["RevokedHostKeys", "is not supported here; @revoked in known_hosts is"],
] as const;

interface Value {
  readonly words: readonly string[];
  readonly text: string;
  /** The file it comes from, as it stands in messages. */
  readonly place: string;
}

/** How deep files may include each other. */
const deepest = 16;

/** What has been found so far: of most settings the first one counts. */
class Found {
  readonly #values = new Map<string, Value[]>();
  readonly #target: SshTarget;
  readonly #around: Surroundings;

  constructor(target: SshTarget, around: Surroundings) {
    this.#target = target;
    this.#around = around;
  }

  /**
   * @param base where files are that it includes by a relative path
   * @param isOwn whether it is the user's, whom others must not speak for
   */
  async read(path: string, base: string, isOwn: boolean, depth = 0): Promise<void> {
    const text = readIfThere(path);
    if (text === undefined) return;
    const place = displayPath(path);
    if (isOwn) checkOwner(path, place);
    if (depth > deepest)
      throw new SshError("configuration", `${place}: files include each other more than ${deepest} deep`);
    const { parse } = await import("ssh-config");
    const apply = async (lines: readonly Line[]): Promise<void> => {
      for (const line of lines) {
        if (!("param" in line)) continue;
        const value = readValue(line.value, place);
        const name = line.param.toLowerCase();
        if (/\s/.test(name) || value.words.length === 0)
          throw new SshError("configuration", `${place}: ${line.param.trim().split(/\s/)[0]} has no value`);
        if ("config" in line) {
          const isMeant =
            name === "host"
              ? matchesAny(value.words, this.#target.host)
              : "criteria" in line && this.#meets(Object.entries(line.criteria));
          if (isMeant) await apply(line.config);
        } else if (name === "include") {
          for (const word of value.words)
            for (const included of filesLike(this.#expandHome(word), base, place))
              await this.read(included, base, isOwn, depth + 1);
        } else this.#add(name, value);
      }
    };
    await apply(parsed(parse, text, place));
  }

  first(name: string): Value | undefined {
    return this.#values.get(name.toLowerCase())?.[0];
  }

  text(name: string): string | undefined {
    return this.first(name)?.text;
  }

  get hostName(): string {
    const value = this.first("HostName");
    const { host } = this.#target;
    return (value === undefined ? host : this.#fill(value.text, value.place, { h: host })).toLowerCase();
  }

  get user(): string {
    return this.#target.user ?? this.text("User") ?? "root";
  }

  /** @throws SshError */
  get port(): number {
    const value = this.first("Port");
    if (this.#target.port !== undefined || value === undefined) return this.#target.port ?? 22;
    const port = Number(value.text);
    if (/^\d{1,5}$/.test(value.text) && port > 0 && port < 65536) return port;
    throw new SshError("configuration", `${value.place}: the Port must be 1 to 65535, not ${value.text}`);
  }

  get agentSocket(): string | undefined {
    const value = this.first("IdentityAgent");
    if (value === undefined || value.text === "SSH_AUTH_SOCK") return this.#around.agentSocket;
    if (value.text.toLowerCase() === "none") return undefined;
    if (/^\$\w+$/.test(value.text)) return process.env[value.text.slice(1)] || undefined;
    return this.#path(value.text, value.place);
  }

  get jumps(): readonly string[] {
    const words = this.text("ProxyJump")
      ?.split(",")
      .map((each) => each.trim());
    return words === undefined || words[0]?.toLowerCase() === "none" ? [] : words;
  }

  /** Of a setting that may be there several times, each with one path. */
  paths(name: string): readonly string[] {
    const values = this.#values.get(name.toLowerCase()) ?? [];
    return values.map(({ text, place }) => this.#path(text, place));
  }

  /** Of a setting with several paths. */
  optionalPaths(name: string): readonly string[] | undefined {
    const value = this.first(name);
    return value?.words.map((word) => this.#path(word, value.place));
  }

  #add(name: string, value: Value): void {
    const before = this.#values.get(name);
    if (before === undefined) this.#values.set(name, [value]);
    else if (name === "identityfile") before.push(value);
  }

  /** Whether all criteria of a `Match` are met. What would run commands, or is not known here, never is. */
  #meets(criteria: readonly (readonly [string, unknown])[]): boolean {
    return criteria.every(([key, value]) => {
      const name = key.toLowerCase().replace(/^!/, "");
      const actual = this.#actual(name);
      if (name === "all") return !key.startsWith("!");
      if (actual === undefined || typeof value !== "string") return false;
      const match = name.endsWith("host") ? matchesHost : matchesAny;
      return match(value.split(","), actual) !== key.startsWith("!");
    });
  }

  #actual(criterion: string): string | undefined {
    switch (criterion) {
      case "host":
        return this.hostName;
      case "originalhost":
        return this.#target.host;
      case "user":
        return this.user;
      case "localuser":
        return localUser();
      default:
        return undefined;
    }
  }

  #path(text: string, place: string): string {
    const filled = this.#fill(this.#expandHome(text), place, {
      d: this.#around.home,
      h: this.hostName,
      i: String(process.getuid?.()),
      n: this.#target.host,
      p: String(this.port),
      r: this.user,
      u: localUser(),
    });
    return isAbsolute(filled) || filled === "none" ? filled : join(this.#around.home, ".ssh", filled);
  }

  #expandHome(text: string): string {
    return text.replace(/^~(?=\/|$)/, this.#around.home);
  }

  /** Replaces `%x` and `${NAME}`. */
  #fill(text: string, place: string, tokens: Readonly<Record<string, string>>): string {
    return text
      .replace(/%(.?)/g, (whole, token: string) => {
        const value = token === "%" ? "%" : tokens[token];
        if (value === undefined)
          throw new SshError("configuration", `${place}: ${whole} is not supported here`);
        return value;
      })
      .replace(/\$\{(\w+)\}/g, (_, name: string) => {
        const value = process.env[name];
        if (value === undefined)
          throw new SshError("configuration", `${place}: there is no environment variable ${name}`);
        return value;
      });
  }
}

/** Who runs this; `os.userInfo()` of Bun believes the environment. */
function localUser(): string {
  const uid = process.getuid?.() ?? 0;
  return accounts.userById(uid)?.name ?? String(uid);
}

function readValue(value: string | readonly { readonly val: string }[], place: string): Value {
  const words = typeof value === "string" ? (value === "" ? [] : [value]) : value.map(({ val }) => val);
  return { words, text: words.join(" "), place };
}

function withoutNone(paths: readonly string[]): readonly string[] {
  return paths.filter((path) => path !== "none");
}

function parsed(parse: (text: string) => readonly Line[], text: string, place: string): readonly Line[] {
  try {
    return parse(text);
  } catch (error) {
    throw new SshError("configuration", `${place} is no configuration of ssh: ${explainError(error)}`);
  }
}

/** As ssh(1) does: whoever may write it decides where the user's connections go. */
function checkOwner(path: string, place: string): void {
  const { uid, mode } = statSync(path);
  if ((uid !== 0 && uid !== process.getuid?.()) || (mode & 0o022) !== 0)
    throw new SshError(
      "configuration",
      `${place} can be written by others than its user: chmod go-w it, and give it to its user`,
    );
}

/** The files that a path with wildcards in its last part leads to, in alphabetical order. */
function filesLike(pattern: string, base: string, place: string): readonly string[] {
  const path = isAbsolute(pattern) ? pattern : join(base, pattern);
  const [directory, name] = [dirname(path), basename(path)];
  if (/[*?[]/.test(directory) || name.includes("["))
    throw new SshError("configuration", `${place}: Include ${pattern}: only the last part may have * and ?`);
  if (!/[*?]/.test(name)) return [path];
  try {
    return readdirSync(directory)
      .filter((each) => !each.startsWith(".") && matches(name, each))
      .sort()
      .map((each) => join(directory, each));
  } catch {
    return [];
  }
}
