import { accessSync, constants, readFileSync } from "node:fs";
import type { ArgsDef } from "citty";
import { decodeBytes, encodeBytes } from "../../lang/bytes.ts";
import { DiagnosticError, Source } from "../../lang/diagnostic.ts";
import { format } from "../../lang/format/format.ts";
import { replaceFile } from "../os/atomic-file.ts";
import { SystemError, systemError } from "../os/errors.ts";
import { fileStatus } from "../os/file-status.ts";
import { displayPath, nativePath } from "../os/paths.ts";
import { writeToStandardOutput } from "../os/standard-output.ts";
import { type Arguments, readArguments, UsageError } from "./arguments.ts";
import { defineCommand } from "./command.ts";
import { type ProgramFile, programFiles } from "./program-files.ts";
import { showDiagnostics } from "./show-diagnostics.ts";

const name = "mgmt fmt";

const options = {
  check: {
    type: "boolean",
    alias: ["test", "t"],
    description: "Change nothing; name the files that are not formatted, exit status 1 if there are any",
  },
  diff: { type: "boolean", description: "Change nothing; print as a unified diff what would change" },
} satisfies ArgsDef;

export const fmt = defineCommand({
  summary:
    "Formats programs in place and names the files that it changed. What is no program is left alone, exit status 1.",
  usage: "mgmt fmt [OPTIONS] [PATH...]",
  options,
  examples: `PATH is a file, or a directory, which means every *.mcl below it; without any it is the working directory.
With - as PATH, standard input is formatted to standard output.

Examples:
  mgmt fmt site.mcl
  mgmt fmt --check --diff modules/`,
  async run(args) {
    const given = readArguments(name, args, options);
    const paths = given.words.length === 0 ? ["."] : given.words;
    const run = new FormatRun(given);
    if (paths.includes("-")) {
      if (paths.length > 1) throw new UsageError(`${name}: - is standard input, and goes with no other PATH`);
      await run.standardInput();
    } else await run.files(paths);
    return run.status;
  },
});

/** One call of the command: does what the options ask for, file by file, and goes on after a failure. */
class FormatRun {
  status = 0;
  readonly #check: boolean;
  readonly #diff: boolean;

  constructor(given: Arguments) {
    this.#check = given.flag("check");
    this.#diff = given.flag("diff");
  }

  async standardInput(): Promise<void> {
    const text = decodeBytes(new Uint8Array(await Bun.stdin.arrayBuffer()));
    await this.#attempt(async () => {
      const formatted = format(new Source("stdin", text));
      if (!this.#check && !this.#diff) await writeToStandardOutput(formatted);
      else if (formatted !== text) await this.#report("stdin", text, formatted);
    });
  }

  async files(paths: readonly string[]): Promise<void> {
    const seen = new Set<string>();
    for (const path of paths) {
      for (const file of programFiles(path, (error) => this.#fail(error))) {
        if (seen.has(file.target)) continue;
        seen.add(file.target);
        await this.#attempt(() => this.#file(file));
      }
    }
  }

  async #file(file: ProgramFile): Promise<void> {
    const { path } = file;
    const text = read(path);
    const formatted = format(new Source(path, text));
    if (formatted === text) return;
    if (!this.#check && !this.#diff) write(file, formatted);
    await this.#report(path, text, formatted);
  }

  /** Tells of a file that was not formatted. */
  async #report(path: string, text: string, formatted: string): Promise<void> {
    if (this.#check) this.status = 1;
    if (this.#diff) {
      const { unifiedDiff } = await import("../agent/unified-diff.ts");
      await writeToStandardOutput(unifiedDiff(path, text, formatted));
    } else await writeToStandardOutput(`${displayPath(path)}\n`);
  }

  async #attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    this.status = 1;
    if (error instanceof DiagnosticError) showDiagnostics(error.diagnostics, "");
    else if (error instanceof Error) process.stderr.write(`${name}: ${error.message}\n`);
    else throw error;
  }
}

function read(path: string): string {
  try {
    return decodeBytes(readFileSync(nativePath(path)));
  } catch (error) {
    throw systemError("could not read", path, error);
  }
}

function write(file: ProgramFile, text: string): void {
  const status = fileStatus(file.path, "follow");
  if (typeof status === "string") throw new SystemError("could not write", file.path, status);
  try {
    // A file can be replaced whatever its mode; one that is not to be written must not be.
    accessSync(nativePath(file.path), constants.W_OK);
  } catch (error) {
    throw systemError("could not write", file.path, error);
  }
  replaceFile(file.isLink ? file.target : file.path, encodeBytes(text), status);
}
