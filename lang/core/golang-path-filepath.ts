/** Module `golang/path/filepath` (functions specification, section 10), as it is on Linux. */
import type { Host } from "../host.ts";
import { arg, FatalError, impure, pure, t } from "./define.ts";
import { fatally } from "./support/failure.ts";
import * as search from "./support/search.ts";
import * as slashPath from "./support/slash-path.ts";
import { slashPathFunctions } from "./support/slash-path-functions.ts";

const module = "golang/path/filepath";

export const { base, clean, dir, ext, isAbs, join, match } = slashPathFunctions(module);

export const abs = impure({
  module,
  name: "abs",
  summary: "A path from the root on; a relative one goes on from the working directory of the agent.",
  args: [arg("path", t.str)],
  returns: t.str,
  errors: "Fatal: a working directory that is gone.",
  examples: { 'filepath.abs("/a/../b")': '"/b"', 'filepath.abs("x")': null },
  bind:
    ({ host }) =>
    (path) =>
      slashPath.isAbsolute(path)
        ? slashPath.clean(path)
        : slashPath.join([fatally(() => host.agent.workingDirectory()), path]),
});

export const evalSymlinks = impure({
  module,
  name: "eval_symlinks",
  summary: "The path that a path leads to once all symbolic links in it are followed, cleaned.",
  args: [arg("path", t.str)],
  returns: t.str,
  notes: "A relative path gives a relative one, unless a link is absolute.",
  errors: "Fatal: a path that leads nowhere, more than 255 links.",
  examples: { 'filepath.eval_symlinks("/")': '"/"' },
  bind:
    ({ host }) =>
    (path) =>
      followLinks(host, path),
});

const MOST_LINKS = 255;

/** @throws FatalError */
function followLinks(host: Host, path: string): string {
  let root = slashPath.isAbsolute(path) ? "/" : "";
  let reached: string[] = [];
  let links = 0;
  // What is still to be walked, the next element last.
  const ahead = path.split("/").reverse();
  for (let element = ahead.pop(); element !== undefined; element = ahead.pop()) {
    if (element === "" || element === ".") continue;
    if (element === "..") {
      if (reached.length > 0 && reached.at(-1) !== "..") reached.pop();
      else if (root === "") reached.push(element);
      continue;
    }
    const next = root + [...reached, element].join("/");
    const target = fatally(() => host.files.readLink(next));
    if (target === undefined) {
      reached.push(element);
      continue;
    }
    if (++links > MOST_LINKS) throw new FatalError("EvalSymlinks: too many links");
    if (slashPath.isAbsolute(target)) {
      root = "/";
      reached = [];
    }
    ahead.push(...target.split("/").reverse());
  }
  return slashPath.clean(root + reached.join("/"));
}

/** Between slashes and the separator of the system, which is the slash. */
function identity(name: string, summary: string) {
  return pure({
    module,
    name,
    summary,
    args: [arg("path", t.str)],
    returns: t.str,
    examples: { [`filepath.${name}("a/b")`]: '"a/b"' },
    call: (path) => path,
  });
}

export const fromSlash = identity("from_slash", "The same path: the separator of the system is the slash.");
export const toSlash = identity("to_slash", "The same path: the separator of the system is the slash.");

export const hasPrefix = pure({
  module,
  name: "has_prefix",
  summary: "Whether `p` begins with `prefix`, as texts.",
  args: [arg("p", t.str), arg("prefix", t.str)],
  returns: t.bool,
  examples: { 'filepath.has_prefix("/a/bc", "/a/b")': "true" },
  call: search.hasPrefix,
});

export const isLocal = pure({
  module,
  name: "is_local",
  summary: "Whether a path is not empty and stays below the directory it is taken from, by its text alone.",
  args: [arg("path", t.str)],
  returns: t.bool,
  examples: { 'filepath.is_local("a/../b")': "true", 'filepath.is_local("../a")': "false" },
  call: slashPath.isLocal,
});

export const localize = pure({
  module,
  name: "localize",
  summary: "The same path, checked: it must be relative and clean, without `..`.",
  args: [arg("path", t.str)],
  returns: t.str,
  errors: "Fatal: any other path.",
  examples: { 'filepath.localize("a/b")': '"a/b"' },
  call: (path) => {
    const isValid =
      path.isWellFormed() &&
      !path.includes("\0") &&
      slashPath.isLocal(path) &&
      slashPath.clean(path) === path;
    if (!isValid) throw new FatalError("invalid path");
    return path;
  },
});

export const rel = pure({
  module,
  name: "rel",
  summary: "The path that leads from `basepath` to `targpath`, by their texts alone.",
  args: [arg("basepath", t.str), arg("targpath", t.str)],
  returns: t.str,
  errors: "Fatal: only one of them is absolute; `basepath` begins with more `..` than `targpath`.",
  examples: { 'filepath.rel("/a/b", "/a/c/d")': '"../c/d"' },
  call: (from, to) => {
    const path = slashPath.relative(from, to);
    if (path === undefined) throw new FatalError(`Rel: can't make ${to} relative to ${from}`);
    return path;
  },
});

export const volumeName = pure({
  module,
  name: "volume_name",
  summary: "The volume of a path: always empty, there are none on Linux.",
  args: [arg("path", t.str)],
  returns: t.str,
  examples: { 'filepath.volume_name("/a")': '""' },
  call: () => "",
});
