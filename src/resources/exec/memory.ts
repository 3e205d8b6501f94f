/** What an `exec` remembers between runs, in its own directory: outputs to send, and when it last ran. */
import {
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { decodeBytes, encodeBytes } from "../../../lang/bytes.ts";
import { errorCode } from "../../os/errors.ts";
import { nativePath } from "../../os/paths.ts";

/** Each is undefined if the command never wrote to that stream. */
export interface Outputs {
  readonly output: string | undefined;
  readonly stdout: string | undefined;
  readonly stderr: string | undefined;
}

/** @param directory ends in `/` */
export class Memory {
  constructor(readonly directory: string) {}

  load(): Outputs {
    return { output: this.#read("output"), stdout: this.#read("stdout"), stderr: this.#read("stderr") };
  }

  save(outputs: Outputs): void {
    this.#write("output", outputs.output);
    this.#write("stdout", outputs.stdout);
    this.#write("stderr", outputs.stderr);
  }

  /**
   * Whether any of the paths changed since the last {@link stamp}. Times come from the file system on both sides,
   * for its clock runs a little behind ours.
   * @throws if a path does not exist
   */
  outdatedBy(paths: readonly string[]): boolean {
    const stamped = statSync(`${this.directory}mtimes`, { bigint: true, throwIfNoEntry: false });
    // Not short-circuited: every path must exist.
    const changed = paths.map((path) => statSync(nativePath(path), { bigint: true }).mtimeNs);
    return stamped === undefined || changed.some((time) => time > stamped.mtimeNs);
  }

  /** Remembers that the command ran just now. */
  stamp(): void {
    this.#write("mtimes", `${new Date().toISOString()}\n`);
  }

  #read(name: string): string | undefined {
    try {
      return decodeBytes(readFileSync(`${this.directory}${name}`));
    } catch (error) {
      if (errorCode(error) === "ENOENT") return undefined;
      throw error;
    }
  }

  #write(name: string, text: string | undefined): void {
    const path = `${this.directory}${name}`;
    if (text === undefined) {
      rmSync(path, { force: true });
      return;
    }
    const temporary = `${path}.tmp`;
    const file = openSync(temporary, "w", 0o600);
    try {
      const bytes = encodeBytes(text);
      for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  }
}
