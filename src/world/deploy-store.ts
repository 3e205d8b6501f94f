/** Programs that a cluster is to run, one after the other (cluster specification, sections 5 and 10.9). */
import type { Listener } from "./listener.ts";

export interface Deploy {
  /** From 1, each one more than that before. */
  readonly id: number;
  readonly frontend: "lang" | "yaml" | "empty";
  /** Where its files are, see {@link FileTreeStore}; undefined if it has none. */
  readonly files: string | undefined;
  readonly options: DeployOptions;
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

/** What holds on all hosts that run the deploy. */
export interface DeployOptions {
  readonly noop: boolean;
  /** The size of the semaphore that all resources share; undefined for none. */
  readonly sema: number | undefined;
  readonly autoEdges: boolean;
  readonly autoGroup: boolean;
}

export interface DeployStore {
  /** By their number. @throws Error */
  list(): Promise<readonly Deploy[]>;
  /** @throws DeployConflict if it does not follow on what is there; Error if that cannot be known */
  add(deploy: Deploy): Promise<void>;
  /** Tells the deploy with the highest number, or that there is none. One that cannot be understood is an error. */
  followLatest(listener: Listener<Deploy | undefined>, signal: AbortSignal): void;
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
  /** @returns the URI of the tree, which can be read by then; the same for equal trees. @throws Error */
  put(files: readonly TreeFile[]): Promise<string>;
  /** Sorted by path. @throws Error if there is no such tree, or not all of it */
  get(uri: string): Promise<readonly TreeFile[]>;
}
