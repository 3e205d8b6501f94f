import { SystemError } from "./errors.ts";
import { type Watcher, type WatchNode, WatchTree } from "./watch-tree.ts";

export interface WatchPathOptions {
  /** Everything below a directory, at any depth, instead of its direct entries; links inside are not followed. */
  readonly recursive?: boolean;
  /** The path may have changed: look at it again. Must not throw. Changes that are read together are told once. */
  readonly onChange: () => void;
  /** Ends the watch, as closing it does. */
  readonly signal?: AbortSignal;
}

/** A watch of {@link watchPath}. */
export interface PathWatch {
  /** Ends the watch. May be called more than once. */
  close(): void;
  /** Resolves when the watch was ended, rejects with a {@link SystemError} when it broke. */
  readonly closed: Promise<void>;
}

/**
 * Watches a path by inotify (resources-system 1.4): what is there, the direct entries if it is a directory, and all
 * directories on the way, links included, none of which need to exist. No change is missed; `onChange` may be called
 * without one. The watch is armed when this returns, so whoever looks at the path afterwards is up to date.
 *
 * @param path absolute; a trailing slash makes no difference
 * @throws SystemError if the path cannot be watched
 */
export function watchPath(path: string, options: WatchPathOptions): PathWatch {
  if (!path.startsWith("/"))
    throw new SystemError("could not watch", path, "EINVAL", "the path must be absolute");
  if (path.includes("\0")) throw new SystemError("could not watch", path, "ERR_INVALID_ARG_VALUE");
  const watch = new OpenPathWatch(options);
  watch.open(path);
  return watch;
}

/** Delivers all changes that happened before the call: when it returns, every `onChange` they cause has run. */
export function drainWatches(): void {
  tree.drain();
}

class OpenPathWatch implements PathWatch, Watcher, EventListenerObject {
  node: WatchNode | undefined;
  readonly identityOnly = false;
  readonly #options: WatchPathOptions;
  #error: Error | undefined;
  /** Made when somebody asks. */
  #closed: Promise<void> | undefined;
  #resolve: (() => void) | undefined;
  #reject: ((error: Error) => void) | undefined;

  constructor(options: WatchPathOptions) {
    this.#options = options;
  }

  get recursive(): boolean {
    return this.#options.recursive ?? false;
  }

  get closed(): Promise<void> {
    if (this.#closed === undefined) {
      this.#closed = new Promise((resolve, reject) => {
        this.#resolve = resolve;
        this.#reject = reject;
      });
      if (this.node === undefined) this.#settle();
    }
    return this.#closed;
  }

  open(path: string): void {
    const { signal } = this.#options;
    if (signal?.aborted) return;
    tree.subscribe(path, this);
    if (this.#error !== undefined) throw this.#error;
    signal?.addEventListener("abort", this, { once: true });
  }

  handleEvent(): void {
    this.close();
  }

  notify(): void {
    changed.add(this);
  }

  fail(error: Error): void {
    this.#error = error;
    this.close();
  }

  /** Tells, unless the watch was ended since the change was read. */
  tell(): void {
    if (this.node === undefined) return;
    try {
      this.#options.onChange();
    } catch (error) {
      reportError(error);
    }
  }

  close(): void {
    this.#options.signal?.removeEventListener("abort", this);
    tree.unsubscribe(this);
    this.#settle();
  }

  #settle(): void {
    if (this.#error === undefined) this.#resolve?.();
    else this.#reject?.(this.#error);
  }
}

let changed = new Set<OpenPathWatch>();

const tree = new WatchTree(() => {
  if (changed.size === 0) return;
  const due = changed;
  changed = new Set();
  for (const watch of due) watch.tell();
});
