/** Module `golang/os` (functions specification, section 10). What is read is read once, and not followed. */
import type { Host } from "../host.ts";
import { arg, type CoreFunction, FatalError, impure, t } from "./define.ts";
import { fatally } from "./support/failure.ts";
import { isAbsolute } from "./support/slash-path.ts";

const module = "golang/os";

/** A text that the host knows. */
function text(name: string, summary: string, read: (host: Host) => string, errors?: string): CoreFunction {
  return impure({
    module,
    name,
    summary,
    args: [],
    returns: t.str,
    ...(errors === undefined ? {} : { errors }),
    examples: { [`os.${name}()`]: null },
    bind:
      ({ host }) =>
      () =>
        fatally(() => read(host)),
  });
}

/** A number that the host knows. */
function number(name: string, summary: string, read: (host: Host) => number): CoreFunction {
  return impure({
    module,
    name,
    summary,
    args: [],
    returns: t.int,
    examples: { [`os.${name}()`]: null },
    bind:
      ({ host }) =>
      () =>
        BigInt(read(host)),
  });
}

export const executable = text("executable", "The path of the agent's program.", (host) =>
  host.agent.executable(),
);

export const getegid = number(
  "getegid",
  "The effective group id of the agent.",
  (host) => host.agent.effectiveGroup,
);
export const geteuid = number(
  "geteuid",
  "The effective user id of the agent.",
  (host) => host.agent.effectiveUser,
);
export const getgid = number("getgid", "The group id of the agent.", (host) => host.agent.group);
export const getuid = number("getuid", "The user id of the agent.", (host) => host.agent.user);
export const getpid = number("getpid", "The process id of the agent.", (host) => host.agent.processId);
export const getppid = number(
  "getppid",
  "The process id of the agent's parent.",
  (host) => host.agent.parentProcessId,
);
export const getpagesize = number("getpagesize", "The size of a page of memory in bytes.", (host) =>
  host.system.pageSize(),
);

/** The value of a variable; empty if it is not set. */
function variable(host: Host, name: string): string {
  return host.environment.get(name) ?? "";
}

export const getenv = impure({
  module,
  name: "getenv",
  summary: "The value of an environment variable of the agent; empty if it is not set.",
  args: [arg("key", t.str)],
  returns: t.str,
  examples: { 'os.getenv("PATH")': null, 'os.getenv("MGMT_NO_SUCH_VARIABLE")': '""' },
  bind:
    ({ host }) =>
    (key) =>
      variable(host, key),
});

export const expandEnv = impure({
  module,
  name: "expand_env",
  summary: "`s` with `$name` and `${name}` replaced by environment variables of the agent.",
  args: [arg("s", t.str)],
  returns: t.str,
  notes:
    "A variable that is not set is empty; `${}` and a `${` that is not closed are left out; a `$` alone stays.",
  examples: { 'os.expand_env("a$MGMT_NO_SUCH_VARIABLE-b$")': '"a-b$"' },
  bind:
    ({ host }) =>
    (s) =>
      s.replace(
        /\$(?:\{([^}]+)\}|\{\}?|([*#$@!?0-9-]|\w+))/g,
        (_, braced: string | undefined, plain: string | undefined) => variable(host, braced ?? plain ?? ""),
      ),
});

export const getwd = text(
  "getwd",
  "The working directory of the agent.",
  (host) => host.agent.workingDirectory(),
  "Fatal: a working directory that is gone.",
);

export const hostname = text("hostname", "The host name, as the kernel knows it.", (host) =>
  host.system.kernelHostname(),
);

export const tempDir = text(
  "temp_dir",
  "The directory for temporary files: `$TMPDIR`, or /tmp.",
  temporaryDirectory,
);

function temporaryDirectory(host: Host): string {
  return variable(host, "TMPDIR") || "/tmp";
}

/** Names are tried until one is free. */
const MOST_TRIES = 10_000;

export const mkdirTemp = impure({
  module,
  name: "mkdir_temp",
  summary: "Makes a new directory that only the agent's user can enter, and gives its path.",
  args: [
    arg("dir", t.str, "where to make it; `os.temp_dir()` if empty"),
    arg("pattern", t.str, "its name, the last `*` or the end replaced by random digits"),
  ],
  returns: t.str,
  notes: "There is another one each time that an argument changes, and nothing removes them.",
  errors: "Fatal: a pattern with a slash, a directory that cannot be made.",
  examples: { 'os.mkdir_temp("", "build-*")': null },
  bind:
    ({ host }) =>
    (dir, pattern) => {
      if (pattern.includes("/")) {
        throw new FatalError(`mkdirtemp ${pattern}: pattern contains path separator`);
      }
      const parent = dir || temporaryDirectory(host);
      const star = pattern.lastIndexOf("*");
      const before = `${parent.endsWith("/") ? parent : `${parent}/`}${star < 0 ? pattern : pattern.slice(0, star)}`;
      const after = star < 0 ? "" : pattern.slice(star + 1);
      for (let attempt = 0; attempt < MOST_TRIES; attempt++) {
        const path = `${before}${Math.floor(Math.random() * 2 ** 32)}${after}`;
        if (fatally(() => host.files.makeDirectory(path))) return path;
      }
      throw new FatalError(`mkdirtemp ${before}*${after}: no name is free`);
    },
});

export const readFile = impure({
  module,
  name: "read_file",
  summary: "The whole content of a file, read when the argument changes.",
  args: [arg("name", t.str)],
  returns: t.str,
  notes: "`readfile` of the module `os` follows the file.",
  errors: "Fatal: a file that cannot be read.",
  examples: { 'os.read_file("/proc/version")': null },
  bind:
    ({ host }) =>
    (name) =>
      fatally(() => host.files.read(name)),
});

export const readlink = impure({
  module,
  name: "readlink",
  summary: "What a symbolic link points to.",
  args: [arg("name", t.str)],
  returns: t.str,
  errors: "Fatal: what is no symbolic link.",
  examples: { 'os.readlink("/proc/self")': null },
  bind:
    ({ host }) =>
    (name) => {
      const target = fatally(() => host.files.readLink(name));
      if (target === undefined) throw new FatalError(`readlink ${name}: not a symbolic link`);
      return target;
    },
});

/** A directory of the user, by the rules of the XDG specification. */
function userDirectory(host: Host, override: string, below: string): string {
  const directory = variable(host, override);
  if (directory !== "") {
    if (!isAbsolute(directory)) throw new FatalError(`path in $${override} is relative`);
    return directory;
  }
  const home = variable(host, "HOME");
  if (home === "") throw new FatalError(`neither $${override} nor $HOME are defined`);
  return `${home}/${below}`;
}

export const userCacheDir = text(
  "user_cache_dir",
  "The directory for the user's caches: `$XDG_CACHE_HOME`, or `$HOME/.cache`.",
  (host) => userDirectory(host, "XDG_CACHE_HOME", ".cache"),
  "Fatal: neither is set, or the first to a relative path.",
);

export const userConfigDir = text(
  "user_config_dir",
  "The directory for the user's settings: `$XDG_CONFIG_HOME`, or `$HOME/.config`.",
  (host) => userDirectory(host, "XDG_CONFIG_HOME", ".config"),
  "Fatal: neither is set, or the first to a relative path.",
);

export const userHomeDir = text(
  "user_home_dir",
  "The user's home directory: `$HOME`.",
  (host) => {
    const home = variable(host, "HOME");
    if (home === "") throw new FatalError("$HOME is not defined");
    return home;
  },
  "Fatal: it is not set.",
);
