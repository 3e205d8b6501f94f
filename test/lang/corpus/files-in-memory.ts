import { type Close, type Host, HostError, type HostFiles } from "../../../lang/host.ts";

/** Files that a test writes, and what follows them. */
export class FilesInMemory implements Pick<HostFiles, "read" | "exists" | "watch"> {
  readonly #contents = new Map<string, string>();
  readonly #watches = new Map<string, Set<() => void>>();

  /** A host that has these files, and is otherwise another. */
  on(host: Host): Host {
    const files: HostFiles = {
      ...host.files,
      read: (path) => this.read(path),
      exists: (path) => this.exists(path),
      watch: (path, onChange) => this.watch(path, onChange),
    };
    return { ...host, files };
  }

  read(path: string): string {
    const content = this.#contents.get(path);
    if (content === undefined) throw new HostError(`no such file: ${path}`, "not-found");
    return content;
  }

  exists(path: string): boolean {
    return this.#contents.has(path);
  }

  watch(path: string, onChange: () => void): Close {
    const watches = this.#watches.get(path) ?? new Set();
    this.#watches.set(path, watches.add(onChange));
    return () => watches.delete(onChange);
  }

  /** @param changes `a=1 b=x c`: what to write where, and what to remove */
  change(changes: string): void {
    for (const each of changes.split(" ").filter((text) => text !== "")) {
      const [path = "", content] = each.split("=");
      if (content === undefined) this.#contents.delete(path);
      else this.#contents.set(path, content);
      for (const onChange of [...(this.#watches.get(path) ?? [])]) onChange();
    }
  }

  /** The paths that something follows. */
  get watched(): readonly string[] {
    return [...this.#watches].flatMap(([path, watches]) => (watches.size > 0 ? [path] : [])).sort();
  }
}
