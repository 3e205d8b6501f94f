import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** The environment of git in tests: nobody's settings, and submodules may come from this machine. */
export const gitEnvironment: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  ),
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_SYSTEM: "/dev/null",
  GIT_AUTHOR_NAME: "Ada",
  GIT_AUTHOR_EMAIL: "ada@example.com",
  GIT_COMMITTER_NAME: "Ada",
  GIT_COMMITTER_EMAIL: "ada@example.com",
  GIT_CONFIG_COUNT: "1",
  GIT_CONFIG_KEY_0: "protocol.file.allow",
  GIT_CONFIG_VALUE_0: "always",
};

/** A git repository with one branch, `main`. */
export class Repository {
  /** By which it can be cloned without a network. */
  readonly url: string;

  constructor(readonly path: string) {
    this.url = `file://${path}`;
    mkdirSync(path, { recursive: true });
    this.git("init", "--quiet", "--initial-branch=main");
  }

  /** Writes files and commits everything. */
  commit(files: Readonly<Record<string, string>>): void {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.path, name)), { recursive: true });
      writeFileSync(join(this.path, name), text);
    }
    this.git("add", "--all");
    this.git("commit", "--quiet", "--message", "change");
  }

  /** @returns what git printed */
  git(...args: readonly string[]): string {
    return git(this.path, ...args);
  }
}

/** Runs git in a directory. @returns what it printed */
export function git(directory: string, ...args: readonly string[]): string {
  const { success, stdout, stderr } = Bun.spawnSync(["git", ...args], {
    cwd: directory,
    env: gitEnvironment,
  });
  if (!success) throw new Error(`git ${args.join(" ")}: ${stderr.toString()}`);
  return stdout.toString().trimEnd();
}
