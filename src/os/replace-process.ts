import { ptr } from "bun:ffi";
import { SystemError } from "./errors.ts";
import { cString, lastErrorCode, libc } from "./libc.ts";

/**
 * Goes on as another program: same process, same files and terminal, and its exit status is ours. Does not return.
 *
 * @param path of the program
 * @param argv with the program's own name
 * @throws SystemError if it cannot be run
 */
export function replaceProcess(
  path: string,
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): never {
  const variables = Object.entries(env).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${value}`],
  );
  const [args, environment] = [argv, variables].map((texts) => texts.map(cString));
  libc().execve(cString(path), pointers(args), pointers(environment));
  throw new SystemError("could not run", path, lastErrorCode());
}

/** As C wants a list of texts: an address each, and then none. */
function pointers(texts: readonly Uint8Array[] = []): BigUint64Array {
  return BigUint64Array.from([...texts.map((text) => BigInt(ptr(text))), 0n]);
}
