/** Programs that a cluster is to run, one after the other (cluster specification, sections 5 and 10.9). */
import type { Listener } from "./listener.ts";

export interface Deploy {
  /** From 1, each one more than that before. */
  readonly id: number;
  readonly frontend: "lang" | "yaml" | "empty";
  /** Where its files are, see {@link FileTreeStore}; undefined if it has none. */
  readonly files: string | undefined;
  /** Where in the files a program in mcl begins; in their `metadata.yaml` or `main.mcl` if not given. */
  readonly entry?: DeployEntry;
  readonly options: DeployOptions;
  /** The hosts that it is for; all hosts if not given. Others stay with the newest that is for them. */
  readonly hosts?: readonly string[];
  /** The name of the host that added it. */
  readonly createdBy: string;
  /** In ISO 8601. */
  readonly createdAt: string;
  /** The commit that it was made of. */
  readonly hash?: string;
  /** The commit that the deploy before has to be made of. */
  readonly parent?: string;
  /** Of who made it, over all of the rest. */
  readonly signature?: string;
}

/** See `Input` in `lang/modules/input.ts`, which it becomes. */
export interface DeployEntry {
  readonly kind: "file" | "directory" | "metadata";
  readonly path: string;
  /** The directory, with its slash, in which modules are that are imported by URL, beside those that modules bring along. */
  readonly modules?: string;
}

/** What holds on all hosts that run the deploy. */
export interface DeployOptions {
  readonly noop: boolean;
  /** The size of the semaphore that all resources share; undefined for none. */
  readonly sema: number | undefined;
  readonly autoEdges: boolean;
  readonly autoGroup: boolean;
}

export interface DeployStore {
  /**
   * By their number.
   * @param unreadable what becomes of those that cannot be understood
   * @throws Error; UnreadableDeploy
   */
  list(unreadable?: "leave-out" | "throw"): Promise<readonly Deploy[]>;
  /** The highest number; 0 if there is none. @throws Error */
  lastId(): Promise<number>;
  /** @throws DeployConflict if it does not follow on what is there; Error if that cannot be known */
  add(deploy: Deploy): Promise<void>;
  /**
   * Tells the deploy with the highest number, or that there is none; an {@link UnreadableDeploy} is an error.
   * @param host the one that it has to be for; any deploy will do if not given
   */
  followLatest(listener: Listener<Deploy | undefined>, signal: AbortSignal, host?: string): void;
  /** @param ids of deploys, not the last. @throws Error */
  remove(ids: readonly number[]): Promise<void>;
}

/** Whether a deploy is for a host. */
export function isFor({ hosts }: Pick<Deploy, "hosts">, host: string): boolean {
  return hosts === undefined || hosts.includes(host);
}

/** What a deploy makes of a host, as text: equal if and only if that is the same. */
export function contentOf({
  frontend,
  files,
  entry,
  options,
}: Omit<Deploy, "id" | "createdBy" | "createdAt">): string {
  const { kind = null, path = null, modules = null } = entry ?? {};
  const { noop, sema = null, autoEdges, autoGroup } = options;
  return JSON.stringify([frontend, files ?? null, kind, path, modules, noop, sema, autoEdges, autoGroup]);
}

export type ConflictReason = "same-commit" | "taken" | "no-predecessor" | "no-parent" | "other-parent";

/** A deploy does not follow on what is there. */
export class DeployConflict extends Error {
  override readonly name = "DeployConflict";

  constructor(
    readonly reason: ConflictReason,
    message: string,
  ) {
    super(message);
  }
}

/** There is a deploy, and nobody here can tell what it says. */
export class UnreadableDeploy extends Error {
  override readonly name = "UnreadableDeploy";

  constructor(readonly id: number) {
    super(`deploy ${id} cannot be understood; was it made by a newer version?`);
  }
}

/** A file of a tree. Directories are in the paths. */
export interface TreeFile {
  /** Relative, without `.`, `..` or empty parts. */
  readonly path: string;
  /** Permission bits. */
  readonly mode: number;
  readonly content: Uint8Array;
}

/** Trees of files that never change, found by what they hold. Equal contents are kept once. */
export interface FileTreeStore {
  /** @returns the URI of the tree, which can be read by then, and is held; the same for equal trees. @throws Error */
  put(files: readonly TreeFile[]): Promise<string>;
  /** Keeps a tree from being pruned for an hour, so that it can be deployed. @throws Error if it is not there */
  hold(uri: string): Promise<void>;
  /** Sorted by path. @throws Error if there is no such tree, or not all of it */
  get(uri: string): Promise<readonly TreeFile[]>;
  /**
   * Removes trees that are of no use to anybody.
   * @param used asked for the URIs of those that are; may be asked more than once
   * @param held whether those stay that are held
   * @throws Error
   */
  prune(used: () => Promise<readonly string[]>, held: "keep" | "remove"): Promise<Pruned>;
}

/** How much was removed. */
export interface Pruned {
  readonly trees: number;
  readonly contents: number;
}
