/**
 * Module `deploy`: the files that came with the program. Paths in programs begin with a slash, which is the directory of the
 * module that the call is written in (language specification, section 13).
 */
import { quote } from "../bytes.ts";
import { pathInCore } from "../modules/core-path.ts";
import { resolvePath } from "../modules/path.ts";
import { arg, FatalError, impure, pure, t } from "./define.ts";
import { fatally } from "./support/failure.ts";

const module = "deploy";
const ownPath = "begins with a slash, which is the directory of the calling module";

export const abspath = impure({
  module,
  name: "abspath",
  summary: "The path of a file or directory of the calling module, for `deploy.readfileabs` in any module.",
  args: [arg("path", t.str, ownPath)],
  returns: t.str,
  notes:
    "The root is the directory of the program. An empty path is the directory of the calling module. What is outside of " +
    "the directory of the program, as modules from other places are, gets a path that begins with `/../` or `//`.",
  errors:
    "Fatal: a path that begins with no slash, or leads out of the program; in a module of the standard library, which is in " +
    "the executable.",
  examples: { 'deploy.abspath("/files/motd")': '"/files/motd"', 'deploy.abspath("")': '"/"' },
  isOnlyInPrograms: true,
  bind:
    ({ moduleDirectory }) =>
    (path) => {
      if (pathInCore(moduleDirectory) !== undefined)
        throw new FatalError(
          "files of the standard library have no path in the program; read them with `deploy.readfile`",
        );
      return `/${path === "" ? moduleDirectory : inModule(moduleDirectory, path)}`;
    },
});

export const readfile = impure({
  module,
  name: "readfile",
  summary: "The whole content of a file of the calling module.",
  args: [arg("filename", t.str, ownPath)],
  returns: t.str,
  notes: "Files that come with a program are taken not to change while it runs.",
  errors: "Fatal: a path that begins with no slash, or leads out of the program; a file that cannot be read.",
  examples: { 'deploy.readfile("/files/motd")': null },
  isOnlyInPrograms: true,
  bind:
    ({ host, moduleDirectory }) =>
    (path) =>
      fatally(() => host.program.read(inModule(moduleDirectory, path))),
});

export const readfileabs = impure({
  module,
  name: "readfileabs",
  summary: "The whole content of a file of the program, whichever module it is in.",
  args: [arg("filename", t.str, "below the directory of the program, as `deploy.abspath` gives it")],
  returns: t.str,
  errors: "Fatal: a file that cannot be read.",
  examples: {
    'deploy.readfileabs("/main.mcl")': null,
    'deploy.readfileabs(deploy.abspath("/files/motd"))': null,
  },
  isOnlyInPrograms: true,
  bind:
    ({ host }) =>
    (path) =>
      fatally(() => host.program.read(resolvePath("", path.replace(/^\//, "")))),
});

export const fileExists = impure({
  module,
  name: "file_exists",
  summary: "Whether there is a file or directory in the calling module.",
  args: [arg("filename", t.str, ownPath)],
  returns: t.bool,
  errors: "Fatal: a path that begins with no slash, or leads out of the program; where it cannot be known.",
  examples: { 'deploy.file_exists("/files/nowhere/x")': "false" },
  isOnlyInPrograms: true,
  bind:
    ({ host, moduleDirectory }) =>
    (path) =>
      fatally(() => host.program.exists(inModule(moduleDirectory, path))),
});

export const directory = impure({
  module,
  name: "directory",
  summary: "The path of a copy of a directory of the calling module, for resources of this host.",
  args: [arg("directory", t.str, `${ownPath}, and ends in one`)],
  returns: t.str,
  notes:
    "The copy is in `PREFIX/local/vardir/directory/`, of deploys in `deployed/` beside it, and made when the program starts: what is not in the module is " +
    "removed from it, what is equal is left alone. `mgmt graph` copies nothing, and gives the path for the prefix that an " +
    "agent has unless it is told another.",
  errors:
    "Fatal: a path without a slash at either end, or that leads out of the program; a directory that cannot be copied, as " +
    "those of the standard library.",
  examples: { 'deploy.directory("/files/site/")': null },
  isOnlyInPrograms: true,
  bind:
    ({ host, moduleDirectory }) =>
    (path) => {
      if (!path.endsWith("/")) throw new FatalError(`the path ${quote(path)} must have a slash at its end`);
      return fatally(() => host.program.copyDirectory(inModule(moduleDirectory, path)));
    },
});

export const binaryPath = impure({
  module,
  name: "binary_path",
  summary: "The absolute path of mgmt itself, links resolved.",
  args: [],
  returns: t.str,
  errors: "Fatal: it is gone.",
  examples: { "deploy.binary_path()": null },
  bind:
    ({ host }) =>
    () =>
      fatally(() => host.agent.executable()),
});

const packages: ReadonlyMap<string, readonly string[]> = new Map([
  ["debian", ["libaugeas-dev", "libvirt-dev", "packagekit-tools"]],
  ["fedora", ["augeas-devel", "libvirt-devel", "PackageKit"]],
]);

export const bootstrapPackages = pure({
  module,
  name: "bootstrap_packages",
  summary: "The packages that a machine needs beside mgmt for all of its resource kinds.",
  args: [arg("distro", t.str, "`debian` or `fedora`")],
  returns: t.list(t.str),
  errors: "Fatal: another distribution.",
  examples: { 'deploy.bootstrap_packages("fedora")': '["augeas-devel", "libvirt-devel", "PackageKit"]' },
  call(distro) {
    const found = packages.get(distro);
    if (found !== undefined) return found;
    throw new FatalError(`no packages are known for ${quote(distro)}; it must be \`debian\` or \`fedora\``);
  },
});

/** Where a path of a module leads within the program. @throws FatalError */
function inModule(moduleDirectory: string, path: string): string {
  if (!path.startsWith("/"))
    throw new FatalError(
      `the path ${quote(path)} must begin with a slash, which is the directory of this module`,
    );
  const place = resolvePath(moduleDirectory, `./${path.slice(1)}`);
  const isOwn = moduleDirectory !== "" && place.startsWith(moduleDirectory);
  if (!isOwn && /^\/|^\.\.(?:\/|$)/.test(place))
    throw new FatalError(`the path ${quote(path)} leads out of the program`);
  return place === "." ? "" : place;
}
