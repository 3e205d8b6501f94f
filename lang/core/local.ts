/** Module `local`: what this node keeps for programs, in its working directory. */
import { quote } from "../bytes.ts";
import { cleanPath } from "../modules/path.ts";
import { arg, FatalError, impure, t } from "./define.ts";
import { fatally } from "./support/failure.ts";
import { mustBeOnePart } from "./support/followed.ts";

const module = "local";

export const pool = impure({
  module,
  name: "pool",
  summary: "A small number of its own for each name within a namespace, the same for ever on this host.",
  args: [arg("namespace", t.str), arg("uid", t.str, "the name")],
  returns: t.int,
  notes:
    "Counted from 1; a new name gets one more than the highest there is. Kept in `PREFIX/local/pool/`. `mgmt graph` " +
    "keeps nothing: it counts as if for the first time.",
  errors: "Fatal: a name or namespace that is empty or has a `/` in it, a file that holds no number.",
  examples: { 'local.pool("vm", "web1")': null },
  isOnlyInPrograms: true,
  bind:
    ({ host }) =>
    (namespace, uid) => {
      mustBeOnePart("namespace", namespace);
      mustBeOnePart("uid", uid);
      return fatally(() => host.local.pool(namespace, uid));
    },
});

export const vardir = impure({
  module,
  name: "vardir",
  summary: "A directory that outlives the program, made if it is not there.",
  args: [arg("path", t.str, "relative, with a slash at its end")],
  returns: t.str,
  notes:
    "It is `PREFIX/local/vardir/functions/` and the path, with a slash at its end. `mgmt graph` makes no directory, and gives " +
    "the path for the prefix that an agent has unless it is told another.",
  errors:
    "Fatal: a path that begins with a slash, has none at its end or leads out, a directory that cannot be made.",
  examples: { 'local.vardir("app/")': null },
  isOnlyInPrograms: true,
  bind:
    ({ host }) =>
    (path) => {
      if (path.startsWith("/") || !path.endsWith("/"))
        throw new FatalError(`the path ${quote(path)} must be relative, and have a slash at its end`);
      const clean = cleanPath(path);
      if (clean.startsWith("../")) throw new FatalError(`the path ${quote(path)} leads out of what is kept`);
      return fatally(() => host.local.directory(clean === "./" ? "" : clean));
    },
});
