/** Module `golang/os/exec` (functions specification, section 10). */
import { quote } from "../bytes.ts";
import { type Host, HostError } from "../host.ts";
import { arg, FatalError, impure, t } from "./define.ts";
import { isAbsolute, join } from "./support/slash-path.ts";

export const lookPath = impure({
  module: "golang/os/exec",
  name: "look_path",
  summary: "Where a program is: the first directory of `$PATH` that has it.",
  args: [arg("file", t.str, "a name, or a path, which is only checked")],
  returns: t.str,
  errors:
    "Fatal: no such program, one that cannot be executed, one found by a relative directory of `$PATH`.",
  examples: { 'exec.look_path("sh")': null },
  bind:
    ({ host }) =>
    (file) =>
      find(host, file),
});

/** @throws FatalError */
function find(host: Host, file: string): string {
  const fail = (reason: string) => new FatalError(`exec: ${quote(file)}: ${reason}`);
  if (file.includes("/")) {
    const problem = problemWith(host, file);
    if (problem === undefined) return file;
    throw fail(problem);
  }
  const directories = [".", ".."].includes(file) || file === "" ? "" : (host.environment.get("PATH") ?? "");
  for (const directory of directories === "" ? [] : directories.split(":")) {
    const path = join([directory === "" ? "." : directory, file]);
    if (problemWith(host, path) !== undefined) continue;
    if (!isAbsolute(path)) throw fail("cannot run executable found relative to current directory");
    return path;
  }
  throw fail("executable file not found in $PATH");
}

/** Why a file cannot be executed, or undefined. */
function problemWith(host: Host, path: string): string | undefined {
  try {
    host.files.checkExecutable(path);
    return undefined;
  } catch (error) {
    if (error instanceof HostError) return error.message;
    throw error;
  }
}
