import { closeSync, constants, openSync } from "node:fs";
import { basename, dirname } from "node:path";
import { byteLength } from "../../lang/bytes.ts";
import { nativePath } from "./paths.ts";

/** Bytes of a path in a socket address, without the zero behind it (unix(7)). */
const longest = 107;

/** A path for an address: a way to the same file that is short enough for the kernel, until disposed. */
export class SocketPath implements Disposable {
  readonly path: string;
  readonly #directory: number | undefined;

  /** @throws what node:fs throws if the path is too long and its directory cannot be opened */
  constructor(path: string) {
    if (byteLength(path) <= longest) {
      this.path = path;
      return;
    }
    this.#directory = openSync(nativePath(dirname(path)), constants.O_RDONLY | constants.O_DIRECTORY);
    this.path = `/proc/self/fd/${this.#directory}/${basename(path)}`;
  }

  [Symbol.dispose](): void {
    if (this.#directory !== undefined) closeSync(this.#directory);
  }
}
