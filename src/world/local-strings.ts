import { join } from "node:path";
import { follow } from "./follow.ts";
import type { Listener } from "./listener.ts";
import type { HostStringStore, StringStore } from "./string-store.ts";
import { fileNameOf, TextFiles } from "./text-files.ts";

/** Shared texts on the disk of the one host that sees them, in files that people may read and change. */
export class LocalStrings implements StringStore {
  readonly #files: TextFiles;

  constructor(directory: string) {
    this.#files = new TextFiles(directory);
  }

  async get(key: string): Promise<string | undefined> {
    return this.#files.read(key);
  }

  async set(key: string, text: string): Promise<boolean> {
    return this.#files.write(key, text);
  }

  async replace(key: string, found: string | undefined, text: string): Promise<boolean> {
    if (this.#files.read(key) !== found) return false;
    this.#files.write(key, text);
    return true;
  }

  async delete(key: string): Promise<boolean> {
    return this.#files.remove(key);
  }

  follow(key: string, listener: Listener<string | undefined>, signal: AbortSignal): void {
    followText(this.#files, key, listener, signal);
  }
}

/** Texts of hosts, likewise, with a directory for each namespace. */
export class LocalHostStrings implements HostStringStore {
  constructor(readonly directory: string) {}

  async get(namespace: string): Promise<ReadonlyMap<string, string>> {
    return this.#files(namespace).readAll();
  }

  async getOf(namespace: string, host: string): Promise<string | undefined> {
    return this.#files(namespace).read(host);
  }

  async set(namespace: string, host: string, text: string): Promise<boolean> {
    return this.#files(namespace).write(host, text);
  }

  async delete(namespace: string, host: string): Promise<boolean> {
    return this.#files(namespace).remove(host);
  }

  follow(namespace: string, listener: Listener<ReadonlyMap<string, string>>, signal: AbortSignal): void {
    const files = this.#files(namespace);
    follow(
      () => files.readAll(),
      listener,
      signal,
      (onChange) => files.watch(undefined, onChange, (error) => listener.onError(error), signal),
      sameTexts,
    );
  }

  followOf(
    namespace: string,
    host: string,
    listener: Listener<string | undefined>,
    signal: AbortSignal,
  ): void {
    followText(this.#files(namespace), host, listener, signal);
  }

  #files(namespace: string): TextFiles {
    return new TextFiles(join(this.directory, fileNameOf(namespace)));
  }
}

function followText(
  files: TextFiles,
  key: string,
  listener: Listener<string | undefined>,
  signal: AbortSignal,
): void {
  follow(
    () => files.read(key),
    listener,
    signal,
    (onChange) => files.watch(key, onChange, (error) => listener.onError(error), signal),
    Object.is,
  );
}

function sameTexts(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean {
  return a.size === b.size && [...a].every(([host, text]) => b.get(host) === text);
}
