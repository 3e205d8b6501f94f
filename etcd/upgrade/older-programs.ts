import { accessSync, constants, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { sha256Of } from "../packed.ts";
import type { ServerProgram } from "../server/etcd-server.ts";

/** The servers that `stage.ts` has written to a directory, by this executable and those before it. */
export function olderPrograms(directory: string): readonly ServerProgram[] {
  let names: readonly string[];
  try {
    names = readdirSync(directory);
  } catch {
    return [];
  }
  return names.flatMap((name): readonly ServerProgram[] => {
    const [, version, hash] = /^etcd-(\d+\.\d+\.\d+)-([0-9a-f]{8})$/.exec(name) ?? [];
    const path = join(directory, name);
    return version !== undefined && hash !== undefined && isSound(path, hash) ? [{ path, version }] : [];
  });
}

function isSound(path: string, hash: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return sha256Of(readFileSync(path)).startsWith(hash);
  } catch {
    return false;
  }
}
