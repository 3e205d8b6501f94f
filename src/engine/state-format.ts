import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { decodeBytes, encodeBytes } from "../../lang/bytes.ts";
import { replaceFile } from "../os/atomic-file.ts";
import { errorCode, systemError } from "../os/errors.ts";

/**
 * The version of everything below `PREFIX/engine/`. To be raised with each change that an agent of before would
 * misread; what is older is then taken over here.
 */
export const stateFormat = 1;

/**
 * Makes sure that this version understands what an earlier process has left in `PREFIX/engine/`, and marks it as its
 * own. What has no mark is of the time before there was one, and is as it is now.
 * @throws Error naming cause and cure
 */
export function claimState(prefix: string): void {
  const path = join(prefix, "engine", "format");
  const found = readFormat(path);
  if (found === stateFormat) return;
  if (found !== undefined && found > stateFormat) {
    throw new Error(
      `${join(prefix, "engine")} was written by a newer mgmt (format ${found}; this one knows ${stateFormat}): use that mgmt, or another directory with --prefix`,
    );
  }
  try {
    mkdirSync(join(prefix, "engine"), { recursive: true, mode: 0o775 });
    replaceFile(path, encodeBytes(`${stateFormat}\n`), { mode: 0o644 });
  } catch (error) {
    throw systemError("could not write", path, error);
  }
}

/** @returns undefined if there is no mark */
function readFormat(path: string): number | undefined {
  let text: string;
  try {
    text = decodeBytes(readFileSync(path));
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw systemError("could not read", path, error);
  }
  if (/^\d{1,9}\n?$/.test(text)) return Number(text);
  throw new Error(
    `${path} holds no format but ${JSON.stringify(text.slice(0, 40))}: remove it if mgmt made the directory`,
  );
}
