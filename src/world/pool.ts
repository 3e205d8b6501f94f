import { readFileSync } from "node:fs";
import { join } from "node:path";
import { decodeBytes, encodeBytes } from "../../lang/bytes.ts";
import { replaceFile } from "../os/atomic-file.ts";
import { errorCode, SystemError, systemError } from "../os/errors.ts";
import { makeDirectory } from "../os/make-directory.ts";
import { nativePath } from "../os/paths.ts";
import { readDirectory } from "../os/read-directory.ts";

/** Small numbers for names: one more than the highest of the namespace for each new one, from 1, the same for ever. */
export interface Pool {
  /**
   * @param namespace without `/`, like `uid`; neither is empty
   * @throws SystemError
   */
  number(namespace: string, uid: string): bigint;
}

/** Numbers on disk, in files `NAMESPACE/UID.uid` that hold one line. */
export class LocalPool implements Pool {
  constructor(readonly directory: string) {}

  number(namespace: string, uid: string): bigint {
    const path = this.#path(namespace, `${uid}${suffix}`);
    const known = readNumber(path);
    if (known !== undefined) return known;
    let next = 1n;
    for (const number of this.#numbers(namespace)) if (number >= next) next = number + 1n;
    makeDirectory(this.#path(namespace), 0o750);
    replaceFile(path, encodeBytes(`${next}\n`), { mode: 0o600 });
    return next;
  }

  #numbers(namespace: string): readonly bigint[] {
    try {
      return readDirectory(this.#path(namespace)).flatMap(({ name }) =>
        name.endsWith(suffix) ? [readNumber(this.#path(namespace, name)) ?? 0n] : [],
      );
    } catch (error) {
      if (errorCode(error) === "ENOENT") return [];
      throw error;
    }
  }

  /** Only `.` and `..` are no names of directories; nothing else is changed in them, so that people find theirs. */
  #path(namespace: string, file = ""): string {
    const name = /^\.{1,2}$/.test(namespace) ? namespace.replaceAll(".", "%2E") : namespace;
    return join(this.directory, name, file);
  }
}

/** Numbers that are forgotten with the process. */
export class MemoryPool implements Pool {
  readonly #namespaces = new Map<string, Map<string, bigint>>();

  number(namespace: string, uid: string): bigint {
    const numbers = this.#namespaces.get(namespace) ?? new Map<string, bigint>();
    this.#namespaces.set(namespace, numbers);
    const number = numbers.get(uid) ?? BigInt(numbers.size + 1);
    numbers.set(uid, number);
    return number;
  }
}

const suffix = ".uid";

function readNumber(path: string): bigint | undefined {
  let text: string;
  try {
    text = decodeBytes(readFileSync(nativePath(path)));
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw systemError("could not read", path, error);
  }
  const number = /^\d{1,18}\n?$/.test(text) ? BigInt(text.trimEnd()) : 0n;
  if (number > 0n) return number;
  throw new SystemError(
    "could not read",
    path,
    "EINVAL",
    "it does not hold a number from 1; remove it and restart the agent to have a new one given out",
  );
}
