import { HostError } from "../../lang/host.ts";
import { errorCode, explainError } from "../os/errors.ts";

/** Whether something failed because nothing is there. */
export function isMissing(error: unknown): boolean {
  const code = errorCode(error);
  return code === "ENOENT" || code === "ENOTDIR";
}

/** What goes wrong outside, in the words of the language. */
export function asHostError<T>(attempt: () => T): T {
  try {
    return attempt();
  } catch (error) {
    throw new HostError(explainError(error), isMissing(error) ? "not-found" : "other");
  }
}
