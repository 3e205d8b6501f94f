/** Drives one resource of a kind as the engine would: real parameters, real host, a context that only remembers. */
import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defaultMeta } from "../../lang/meta.ts";
import { equal, type Value } from "../../lang/value.ts";
import type { Behavior, Change, Context, Member, Resource, Run } from "../../src/engine/resource.ts";
import type { Kind } from "../../src/resources/define.ts";
import { watchUntil } from "../../src/resources/watch-together.ts";
import { follow } from "../../src/world/follow.ts";
import type { Listener } from "../../src/world/listener.ts";
import { localWorld } from "../../src/world/local.ts";
import { Watchers } from "../../src/world/watchers.ts";
import type { ValueStore, World } from "../../src/world/world.ts";

/** Parameters under their mcl names. */
export type Fields = Readonly<Record<string, Value>>;

export interface Options {
  /** The other resources of the kind in the graph. */
  readonly peers?: readonly Resource[];
  readonly members?: readonly Member[];
  /** An existing directory of its own, ending in `/`, to share with an earlier or later run of the agent. */
  readonly vardir?: string;
  readonly world?: World;
}

/** The resource as the engine gets it, not opened. */
export function resourceOf(kind: Kind, name: string, fields: Fields = {}): Resource {
  return kind.create(name, new Map(Object.entries(fields)), defaultMeta, new Map());
}

/** What the kind says against these parameters, if anything. */
export function flawOf(kind: Kind, name: string, fields: Fields = {}): string | undefined {
  return kind.validate(name, new Map(Object.entries(fields)), defaultMeta);
}

/** Opens a resource; parameters must be valid. */
export async function openResource(
  kind: Kind,
  name: string,
  fields: Fields = {},
  options: Options = {},
): Promise<OpenResource> {
  const resource = resourceOf(kind, name, fields);
  const flaw = resource.validate();
  if (flaw !== undefined) throw new Error(`invalid test resource: ${flaw}`);
  const open = new OpenResource(resource, options);
  open.behavior = await resource.open(open.context);
  return open;
}

/** A resource at work. Dispose of it (`await using`): that ends its watch and removes its files. */
export class OpenResource implements AsyncDisposable {
  /** Lines that it logged. */
  readonly logs: string[] = [];
  /** What it sent last. */
  sent: ReadonlyMap<string, Value> | undefined;
  /** The status it wanted the agent to exit with. */
  exitCode: number | undefined;
  behavior: Behavior | undefined;
  readonly context: Context;
  readonly #ended = new AbortController();
  #current: Resource;
  readonly #givenVardir: string | undefined;
  #vardir: string | undefined;
  #watching: Promise<void> | undefined;
  #news = 0;
  #heard: PromiseWithResolvers<void> | undefined;

  constructor(resource: Resource, { peers = [], members = [], vardir, world }: Options) {
    this.#current = resource;
    this.#givenVardir = vardir;
    this.context = {
      kind: resource.kind,
      name: resource.name,
      hostname: "localhost",
      current: () => this.#current,
      log: (message) => this.logs.push(message),
      vardir: () => this.vardir,
      send: (values) => {
        this.sent = values;
      },
      changed: () => this.#tell(),
      peers: () => peers,
      exit: (code) => {
        this.exitCode = code;
      },
      members,
      world: world ?? { ...localWorld("/nonexistent"), values: new RememberedValues() },
    };
  }

  get vardir(): string {
    if (this.#givenVardir !== undefined) return this.#givenVardir;
    this.#vardir ??= `${mkdtempSync(join(tmpdir(), "mgmt-vardir-"))}/`;
    return this.#vardir;
  }

  /** One check that makes right what is wrong. */
  apply(run: Partial<Run> = {}): Promise<boolean> {
    return this.#run({ apply: true, ...run });
  }

  /** One check that only looks. */
  noop(run: Partial<Run> = {}): Promise<boolean> {
    return this.#run({ apply: false, ...run });
  }

  /** What a check shows. */
  async differences(apply: boolean): Promise<Change[]> {
    const changes: Change[] = [];
    await this.#run({ apply, show: (change) => changes.push(change) });
    return changes;
  }

  /** Sets parameters as received values do. */
  receive(fields: Fields): void {
    this.#current = this.#current.with(new Map(Object.entries(fields)));
  }

  /** Starts watching; resolves once everything is armed, rejects if that fails. */
  async watch(): Promise<void> {
    const armed = Promise.withResolvers<void>();
    this.#watching = this.behavior?.watch?.(
      watchUntil(this.#ended.signal, {
        ready: armed.resolve,
        changed: () => this.#tell(),
      }),
    );
    if (this.#watching === undefined) throw new Error("the resource does not watch");
    await Promise.race([armed.promise, this.#watching]);
  }

  /** Resolves when the watch ends; rejects when it breaks. */
  watchEnded(): Promise<void> {
    return this.#watching ?? Promise.resolve();
  }

  /** Waits for the next event, or takes those that came since the last call. */
  async event(): Promise<void> {
    this.#heard = Promise.withResolvers();
    if (this.#news > 0) this.#heard.resolve();
    await this.#heard.promise;
    this.#news = 0;
  }

  /** Waits for events, and applies after each, until a check finds `reached`. */
  async repairUntil(reached: () => boolean): Promise<void> {
    while (!reached()) {
      await this.event();
      await this.apply();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended.abort();
    await this.#watching?.catch(() => undefined);
    await this.behavior?.cleanup?.();
    if (this.#vardir !== undefined) await rm(this.#vardir, { recursive: true, force: true });
  }

  async #run(run: Partial<Run>): Promise<boolean> {
    const standard = {
      apply: true,
      refresh: false,
      received: new Set<string>(),
      signal: this.#ended.signal,
      show: undefined,
    };
    if (this.behavior === undefined) throw new Error("the resource is not open");
    return this.behavior.checkApply({ ...standard, ...run });
  }

  #tell(): void {
    this.#news++;
    this.#heard?.resolve();
  }
}

class RememberedValues implements ValueStore {
  readonly #values = new Map<string, Value>();
  readonly #watchers = new Watchers();

  get(key: string): Value | undefined {
    return this.#values.get(key);
  }

  set(key: string, value: Value | undefined): void {
    const before = this.#values.get(key);
    if (before === value || (before !== undefined && value !== undefined && equal(before, value))) return;
    if (value === undefined) this.#values.delete(key);
    else this.#values.set(key, value);
    this.#watchers.tell(key);
  }

  follow(key: string, listener: Listener<Value | undefined>, signal: AbortSignal): void {
    follow(
      () => this.get(key),
      listener,
      signal,
      (onChange) => this.#watchers.add(key, onChange, signal),
    );
  }
}

/** A fresh directory, gone when disposed of (`await using`). */
export class Scratch implements AsyncDisposable {
  readonly path = mkdtempSync(join(tmpdir(), "mgmt-test-"));

  /** A path in it. */
  at(relative: string): string {
    return `${this.path}/${relative}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
  }
}
