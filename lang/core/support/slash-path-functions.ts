import { arg, FatalError, pure, type Typed, t } from "../define.ts";
import * as slashPath from "./slash-path.ts";
import { matchPattern, PatternError } from "./slash-pattern.ts";

/** Declares what the modules `golang/path` and `golang/path/filepath` have in common: on Linux, they are the same. */
export function slashPathFunctions(module: string) {
  const namespace = module.slice(module.lastIndexOf("/") + 1);
  const ofPath = <R extends string | boolean>(
    name: string,
    returns: Typed<R>,
    summary: string,
    examples: Readonly<Record<string, string>>,
    call: (path: string) => R,
  ) =>
    pure({
      module,
      name,
      summary,
      args: [arg("path", t.str)],
      returns,
      examples: Object.fromEntries(
        Object.entries(examples).map(([path, result]) => [`${namespace}.${name}("${path}")`, result]),
      ),
      call,
    });
  return {
    base: ofPath(
      "base",
      t.str,
      "The last element of a path; `.` of an empty one.",
      { "/srv/www/": '"www"', "": '"."' },
      slashPath.base,
    ),
    clean: ofPath(
      "clean",
      t.str,
      "The shortest path that leads to the same place, found from the text alone.",
      { "a//b/./../c/": '"a/c"', "": '"."' },
      slashPath.clean,
    ),
    dir: ofPath(
      "dir",
      t.str,
      "A path without its last element, cleaned.",
      { "/srv/www/index.html": '"/srv/www"', a: '"."' },
      slashPath.directory,
    ),
    ext: ofPath(
      "ext",
      t.str,
      "The end of the last element from its last dot on.",
      { "a/b.tar.gz": '".gz"', "a.b/c": '""' },
      slashPath.extension,
    ),
    isAbs: ofPath(
      "is_abs",
      t.bool,
      "Whether a path begins with a slash.",
      { "/a": "true" },
      slashPath.isAbsolute,
    ),
    join: pure({
      module,
      name: "join",
      summary: "The elements that are not empty, joined by slashes and cleaned; empty if there are none.",
      args: [arg("elem", t.list(t.str))],
      returns: t.str,
      examples: { [`${namespace}.join(["a", "", "../b"])`]: '"b"' },
      call: slashPath.join,
    }),
    match: pure({
      module,
      name: "match",
      summary: "Whether a whole name matches a shell pattern.",
      args: [arg("pattern", t.str), arg("name", t.str)],
      returns: t.bool,
      notes:
        "`*` stands for any text and `?` for any character, both without slashes; `[a-z]` for one of these characters, " +
        "`[^a-z]` for any other; `\\` takes the next character as it is.",
      errors: "Fatal: a malformed pattern.",
      examples: {
        [`${namespace}.match("*.[ch]", "main.c")`]: "true",
        [`${namespace}.match("*", "a/b")`]: "false",
      },
      call: (pattern, name) => {
        try {
          return matchPattern(pattern, name);
        } catch (error) {
          throw error instanceof PatternError ? new FatalError(error.message) : error;
        }
      },
    }),
  };
}
