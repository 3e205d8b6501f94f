import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { errorCode, explainError } from "../errors.ts";
import { displayPath, nativePath } from "../paths.ts";
import { SshError } from "./error.ts";

/** What of this machine decides about connections, as it does for ssh(1). */
export interface Surroundings {
  /** Where `.ssh` is. */
  readonly home: string;
  /** Of the whole machine. */
  readonly systemDirectory: string;
  /** Of the SSH agent; none if undefined. */
  readonly agentSocket: string | undefined;
}

/** Those of this process. */
export function ownSurroundings(): Surroundings {
  return {
    home: homedir(),
    systemDirectory: "/etc/ssh",
    agentSocket: process.env.SSH_AUTH_SOCK || undefined,
  };
}

/** @returns undefined if there is no such file @throws SshError if it cannot be read */
export function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(nativePath(path), "utf8");
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes(errorCode(error) ?? "")) return undefined;
    throw new SshError("configuration", `could not read ${displayPath(path)}: ${explainError(error)}`);
  }
}
