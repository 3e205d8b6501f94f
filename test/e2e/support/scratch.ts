import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Call, mgmt, type Result } from "./mgmt.ts";

/** A fresh directory with all that a test needs; `using` removes it. */
export class Scratch implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), "mgmt-e2e-"));
  /** Working directory of the agents of this test. */
  readonly prefix = join(this.path, "prefix");

  at(name: string): string {
    return join(this.path, name);
  }

  /** @returns the path of the file */
  write(name: string, content: string | Uint8Array): string {
    const path = this.at(name);
    mkdirSync(join(path, ".."), { recursive: true });
    writeFileSync(path, content);
    return path;
  }

  /** @returns the path of the directory */
  mkdir(name: string): string {
    mkdirSync(this.at(name), { recursive: true });
    return this.at(name);
  }

  read(name: string): string {
    return readFileSync(this.at(name), "utf8");
  }

  /** Permission bits. */
  mode(name: string): number {
    return statSync(this.at(name)).mode & 0o7777;
  }

  has(name: string): boolean {
    return existsSync(this.at(name));
  }

  /** Whether the file is there and holds exactly this text. */
  holds(name: string, text: string): boolean {
    return this.has(name) && this.read(name) === text;
  }

  list(name = ""): readonly string[] {
    return readdirSync(this.at(name)).sort();
  }

  /** Writes a program, in which `DIR` stands for this directory. */
  program(code: string, name = "main.mcl"): string {
    return this.write(name, code.replaceAll("DIR", this.path));
  }

  /** Runs a program until nothing is left to do. */
  once(code: string, options: readonly string[] = [], call: Call = {}): Promise<Result> {
    const program = this.program(code);
    return mgmt(["run", "--standalone", "--once", "--prefix", this.prefix, ...options, program], call);
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
