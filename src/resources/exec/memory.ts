/** What an `exec` remembers between runs, in its own directory: outputs to send, and when it last ran. */
import { readFileSync, rmSync, statSync } from "node:fs";
import { decodeBytes, encodeBytes } from "../../../lang/bytes.ts";
import { replaceFile } from "../../os/atomic-file.ts";
import { errorCode, systemError } from "../../os/errors.ts";
import { nativePath } from "../../os/paths.ts";

/** Each is undefined if the command never wrote to that stream. */
export interface Outputs {
  readonly output: string | undefined;
  readonly stdout: string | undefined;
  readonly stderr: string | undefined;
}

const streams = ["output", "stdout", "stderr"] as const;

export class Memory {
  #known: Outputs | undefined;

  /** @param directory ends in `/` */
  constructor(readonly directory: string) {}

  /** What earlier runs have left, also those of an earlier agent. */
  load(): Outputs {
    this.#known ??= {
      output: this.#read("output"),
      stdout: this.#read("stdout"),
      stderr: this.#read("stderr"),
    };
    return this.#known;
  }

  save(outputs: Outputs): void {
    const known = this.load();
    for (const stream of streams) {
      if (outputs[stream] !== known[stream]) this.#write(stream, outputs[stream]);
    }
    this.#known = outputs;
  }

  /**
   * Whether any of the paths changed since the last {@link stamp}. Times come from the file system on both sides,
   * for its clock runs a little behind ours.
   * @throws SystemError if a path does not exist
   */
  outdatedBy(paths: readonly string[]): boolean {
    const stamped = statSync(nativePath(`${this.directory}mtimes`), { bigint: true, throwIfNoEntry: false });
    // Not short-circuited: every path must exist.
    const changed = paths.map(modificationTime);
    return stamped === undefined || changed.some((time) => time > stamped.mtimeNs);
  }

  /** Remembers that the command ran just now. */
  stamp(): void {
    this.#write("mtimes", `${new Date().toISOString()}\n`);
  }

  #read(name: string): string | undefined {
    const path = `${this.directory}${name}`;
    try {
      return decodeBytes(readFileSync(nativePath(path)));
    } catch (error) {
      if (errorCode(error) === "ENOENT") return undefined;
      throw systemError("could not read", path, error);
    }
  }

  #write(name: string, text: string | undefined): void {
    const path = `${this.directory}${name}`;
    if (text === undefined) rmSync(nativePath(path), { force: true });
    else replaceFile(path, encodeBytes(text), { mode: 0o600 });
  }
}

/** In nanoseconds. */
function modificationTime(path: string): bigint {
  try {
    return statSync(nativePath(path), { bigint: true }).mtimeNs;
  } catch (error) {
    throw systemError("could not look at", path, error);
  }
}
