import type { Run } from "../../engine/resource.ts";
import { SystemError } from "../../os/errors.ts";
import { clean, dirname, hasPathPrefix } from "../../os/paths.ts";
import { stat } from "./status.ts";

/** Attempts before meddling is a failure. The pauses between them double, from a millisecond to half a second. */
const ATTEMPTS = 11;

/** What comes of others making or removing things between two of our system calls. */
const symptoms: ReadonlySet<string> = new Set(["ENOENT", "EEXIST", "ENOTEMPTY"]);

/** @param again whether it is not the first */
export type Attempt = (again: boolean) => boolean | Promise<boolean>;

/** Where an attempt works. */
export interface Ground {
  readonly path: string;
  /** The directory that it reads; empty if there is none. */
  readonly source: string;
}

/**
 * Works where others may tamper in the midst of it: what fails for that reason is begun anew. A watch would tell of
 * the tampering, too, but not to a check that has failed for good.
 *
 * @returns whether the first attempt found everything right; at once if it did so at once
 */
export function whileItMoves(
  ground: Ground,
  run: Pick<Run, "signal">,
  attempt: Attempt,
): boolean | Promise<boolean> {
  try {
    const result = attempt(false);
    if (typeof result === "boolean") return result;
    return result.catch((error: unknown) => again(ground, run, attempt, error));
  } catch (error) {
    return again(ground, run, attempt, error);
  }
}

async function again(
  ground: Ground,
  run: Pick<Run, "signal">,
  attempt: Attempt,
  first: unknown,
): Promise<false> {
  let failure = first;
  for (let failures = 1; failures < ATTEMPTS; failures++) {
    const place = placeOfTampering(ground, failure);
    if (run.signal.aborted || place === undefined) throw failure;
    if (place === "below" && failures > 1) await Bun.sleep(2 ** (failures - 2));
    try {
      await attempt(true);
      return false;
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}

/** Where something came or went that should not have; undefined if the failure has another reason. */
function placeOfTampering({ path, source }: Ground, error: unknown): "below" | "at" | undefined {
  const cause = systemErrorIn(error);
  if (cause === undefined || !symptoms.has(cause.code)) return undefined;
  const isBelow = (directory: string): boolean =>
    directory.endsWith("/") && hasPathPrefix(cause.path, directory) && clean(cause.path) !== clean(directory);
  if (isBelow(path) || isBelow(source)) return "below";
  // Where the directory above is missing, the failure is that one's.
  return clean(cause.path) === clean(path) && stat(dirname(path)) !== undefined ? "at" : undefined;
}

function systemErrorIn(error: unknown): SystemError | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof SystemError) return cause;
  }
  return undefined;
}
