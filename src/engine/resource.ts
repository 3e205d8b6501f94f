/**
 * What the engine knows of resources: the lifecycle, and nothing of any kind (engine specification, section 1).
 *
 * A {@link Resource} says what should be; it is immutable and comparable, so that a new graph can be compared
 * with the running one without starting anything. `open` makes it a {@link Behavior}, which watches and repairs.
 */
import type { Meta } from "../../lang/meta.ts";
import type { Sender } from "../../lang/output/resource-graph.ts";
import type { Value } from "../../lang/value.ts";
import type { World } from "../world/world.ts";

export interface Resource {
  readonly kind: string;
  readonly name: string;
  readonly meta: Meta;
  /** Whether a notification makes it run even when its state is known to be good. */
  readonly refreshable: boolean;
  /** By field: the resource and field whose value it takes before each run. */
  readonly receives: ReadonlyMap<string, Sender>;
  /** Parameters as finally wanted, under mcl names; for reports. */
  readonly fields: ReadonlyMap<string, Value>;
  /** Names by which other resources find this one (see {@link Want}). */
  readonly identities: readonly Identity[];
  /** What it should be ordered against without being told. */
  readonly wants: readonly Want[];
  /** With which others of its kind it is done as one, if it is. */
  readonly grouping: Grouping | undefined;
  /** The resource that does its work, if another one does: a `http:server` for a `http:server:file`. */
  readonly partOf: Whole | undefined;
  /** Whether the parameters ask for the same state. Kind, name, metaparameters and wiring are the engine's to compare. */
  equals(other: Resource): boolean;
  /** The same resource with values set as if the program had set them. @throws ResourceError if one does not fit */
  with(values: ReadonlyMap<string, Value>): Resource;
  /**
   * A resource of the same name that brings back what is there now; undefined if there will be nothing to undo.
   * @throws ResourceError if it cannot be undone
   */
  reversal?(): Resource | undefined | Promise<Resource | undefined>;
  /** The kind's own rules; pure. @returns what is wrong, or undefined */
  validate(): string | undefined;
  /** Once for each time the resource enters the running graph. Takes hold of nothing that `cleanup` does not release. */
  open(context: Context): Behavior | Promise<Behavior>;
}

/** A name in the namespace of automatic edges: a type such as `file` and a key such as `/etc/motd`. */
export type Identity = `${string}:${string}`;

/** An automatic edge to the first of several identities that some resource has. */
export interface Want {
  /** In order of preference; the first that is found is used. */
  readonly anyOf: readonly Identity[];
  /** Which of the two runs first. */
  readonly order: "found-first" | "self-first";
}

/** What resources of one kind must have in common to be done as one (engine specification, 5.2). */
export interface Grouping {
  readonly key: string;
  /** Not at the price of further order: only with those that have the same edges. */
  readonly keepsOrder: boolean;
}

/** A resource that does the work of others, which are its parts. */
export interface Whole {
  readonly kind: string;
  /** Empty for whichever there is. */
  readonly name: string;
}

/** One resource at work. Watching and checking may overlap; two checks never do. */
export interface Behavior {
  /**
   * Tells of every possible change until the signal fires; spurious tellings are fine, a missing one is a defect.
   * Calls `ready` once everything is armed. Returning early ends the watch for good; throwing makes it start over
   * as `Meta:retry` allows. A behavior without `watch` is checked when the graph or a notification says so.
   */
  watch?(watch: Watch): Promise<void>;
  /**
   * Looks, and with `apply` makes right, in one call.
   * @returns true if nothing was wrong; false if something was wrong (and is right now, with `apply`)
   */
  checkApply(run: Run): boolean | Promise<boolean>;
  /** After the watch has ended and no check is running. */
  cleanup?(): void | Promise<void>;
  /** Lets go of what an aborted signal did not reach; may leave things half done. */
  interrupt?(): void;
}

export interface Watch {
  /** Fires when the watch is to end. */
  readonly signal: AbortSignal;
  /** Ends something then, as the signal would, at a tenth of its cost in memory: there may be thousands of watches. */
  endWith(thing: { close(): void }): void;
  ready(): void;
  changed(): void;
}

export interface Run {
  /** False: change nothing. */
  readonly apply: boolean;
  /** A notification is waiting; always false for kinds that are not refreshable. */
  readonly refresh: boolean;
  /** Fields whose received value changed since the last successful run. */
  readonly received: ReadonlySet<string>;
  /** Fires on timeout, removal and interrupt; work that can be given up is then given up. */
  readonly signal: AbortSignal;
  /** Shows what is or would be changed; undefined unless someone wants to see it. */
  readonly show: ((change: Change) => void) | undefined;
}

/** One difference between what is and what should be. */
export type Change =
  | {
      readonly kind: "content";
      readonly path: string;
      readonly before: string | undefined;
      readonly after: string | undefined;
    }
  | { readonly kind: "field"; readonly field: string; readonly before: string; readonly after: string };

/** What a running resource may use. */
export interface Context {
  readonly kind: string;
  readonly name: string;
  readonly hostname: string;
  /** Parameters with received values in them, changing over the life of the behavior. */
  current(): Resource;
  /** A line in the log under the name of the resource. */
  log(message: string): void;
  /** A directory of the resource's own that survives restarts, created on first use; ends in `/`. */
  vardir(): string;
  /** Publishes all values for receivers; due in every run that does not fail. */
  send(values: ReadonlyMap<string, Value>): void;
  /** Makes the engine run the resource again, as an event of its watch would. */
  changed(): void;
  /** The other resources of this kind in the running graph. */
  peers(): readonly Resource[];
  /** The members of its group, sorted by key: it does their work, nobody else does. */
  readonly members: readonly Member[];
  /** Ends the whole agent with this exit status. */
  exit(code: number): void;
  readonly world: World;
}

/** A resource of a group, as the head of the group sees it. */
export interface Member {
  readonly kind: string;
  readonly name: string;
  /** Parameters with received values in them. */
  current(): Resource;
  /** Fields whose received value changed since the last successful run. */
  received(): ReadonlySet<string>;
  /** A line in the log under its name. */
  log(message: string): void;
  /** Makes it work as if it were alone, for heads that leave the work to their members. */
  open(): Behavior | Promise<Behavior>;
}

/** Something a resource could not do: what, why, and what helps. Reported under the resource's name. */
export class ResourceError extends Error {
  override readonly name = "ResourceError";

  constructor(message: string, options: { cause?: unknown } = {}) {
    super(message, options);
  }
}
