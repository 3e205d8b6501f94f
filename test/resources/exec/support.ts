import { readFileSync } from "node:fs";
import { watchPath } from "../../../src/os/watch-path.ts";

/** Resolves once there is something in a file. @returns what is in it */
export async function written(path: string): Promise<string> {
  const watching = new AbortController();
  const found = Promise.withResolvers<void>();
  const look = (): void => {
    if (Bun.file(path).size > 0) found.resolve();
  };
  watchPath(path, { onChange: look, signal: watching.signal });
  look();
  await found.promise;
  watching.abort();
  return readFileSync(path, "utf8");
}
