import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { compareBytes, decodeBytes, encodeBytes } from "../../lang/bytes.ts";
import { replaceFile } from "../os/atomic-file.ts";
import { errorCode, systemError } from "../os/errors.ts";
import { makeDirectory } from "../os/make-directory.ts";
import { nativePath } from "../os/paths.ts";
import { readDirectory } from "../os/read-directory.ts";
import { watchPath } from "../os/watch-path.ts";

/**
 * A directory with a file for each key, which holds the text of that key and nothing else. Nothing is kept in memory:
 * whoever changes a file changes what is read. All methods throw a `SystemError` for what cannot be done.
 */
export class TextFiles {
  /** @param directory absolute; made when the first text is written, for the owner only */
  constructor(readonly directory: string) {}

  read(key: string): string | undefined {
    const path = this.#path(key);
    try {
      return decodeBytes(readFileSync(nativePath(path)));
    } catch (error) {
      if (errorCode(error) === "ENOENT") return undefined;
      throw systemError("could not read", path, error);
    }
  }

  /** All texts, sorted by key. */
  readAll(): ReadonlyMap<string, string> {
    const texts = new Map<string, string>();
    for (const key of this.#keys().toSorted(compareBytes)) {
      const text = this.read(key);
      if (text !== undefined) texts.set(key, text);
    }
    return texts;
  }

  /** @returns whether anything changed */
  write(key: string, text: string): boolean {
    if (this.read(key) === text) return false;
    const path = this.#path(key);
    makeDirectory(this.directory, 0o700);
    replaceFile(path, encodeBytes(text), { mode: 0o600 });
    return true;
  }

  /** @returns whether there was anything */
  remove(key: string): boolean {
    const path = this.#path(key);
    try {
      rmSync(nativePath(path));
      return true;
    } catch (error) {
      if (errorCode(error) === "ENOENT") return false;
      throw systemError("could not remove", path, error);
    }
  }

  /**
   * Calls back when the text of a key may have changed, until the signal fires.
   * @param key undefined: any
   * @param onError called once, if no change can be seen any more
   */
  watch(
    key: string | undefined,
    onChange: () => void,
    onError: (error: unknown) => void,
    signal: AbortSignal,
  ): void {
    const path = key === undefined ? this.directory : this.#path(key);
    watchPath(path, { onChange, signal }).closed.catch(onError);
  }

  #keys(): readonly string[] {
    try {
      return readDirectory(this.directory).flatMap(({ name, kind }) => {
        const key = kind === "file" || kind === "symlink" ? keyOf(name) : undefined;
        return key === undefined ? [] : [key];
      });
    } catch (error) {
      if (errorCode(error) === "ENOENT") return [];
      throw error;
    }
  }

  #path(key: string): string {
    return join(this.directory, fileNameOf(key));
  }
}

/** The name of the file for a key: the key itself where it can be a plain file name, else with `%` and digits in it. */
export function fileNameOf(key: string): string {
  const bytes = Buffer.from(encodeBytes(key)).toString("latin1");
  return bytes.replace(
    /^\.|[^\w.@:+=,-]/g,
    (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`,
  );
}

/** The key that a file is for; undefined if it is for none, such as a backup that an editor made. */
function keyOf(name: string): string | undefined {
  const bytes = name.replace(/%([\dA-F]{2})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  );
  const key = decodeBytes(Buffer.from(bytes, "latin1"));
  return fileNameOf(key) === name ? key : undefined;
}
