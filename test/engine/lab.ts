import { defaultMeta, type Meta } from "../../lang/meta.ts";
import type { Sender } from "../../lang/output/resource-graph.ts";
import { equal, type Value } from "../../lang/value.ts";
import { Engine } from "../../src/engine/engine.ts";
import type { EngineEnvironment } from "../../src/engine/environment.ts";
import type { EngineGraph } from "../../src/engine/graph.ts";
import {
  type Behavior,
  type Context,
  type Grouping,
  type Identity,
  type Resource,
  ResourceError,
  type Run,
  type Want,
  type Whole,
} from "../../src/engine/resource.ts";
import type { VertexStatus } from "../../src/engine/status.ts";
import { localWorld } from "../../src/world/local.ts";
import { ManualClock } from "./manual-clock.ts";

/** What a scripted resource does; whatever is left out goes well at once. */
export interface Script {
  readonly kind?: string;
  readonly meta?: Partial<Meta>;
  readonly refreshable?: boolean;
  readonly fields?: Readonly<Record<string, Value>>;
  /** By field: `sender.field`, where the sender is of kind `test`. */
  readonly receives?: Readonly<Record<string, string>>;
  readonly identities?: readonly Identity[];
  readonly wants?: readonly Want[];
  readonly groupKey?: string;
  readonly keepsOrder?: boolean;
  /** The name of a resource of the kind one chunk up. */
  readonly partOf?: string;
  readonly validate?: (fields: ReadonlyMap<string, Value>) => string | undefined;
  readonly open?: (context: Context) => Behavior | Promise<Behavior>;
  /** True by default: nothing was wrong. */
  readonly check?: (run: Run, context: Context) => boolean | Promise<boolean>;
  /** `none`: no watch at all; `late`: not armed before `lab.ready(name)`; a function: that. */
  readonly watch?: "none" | "late" | Behavior["watch"];
  readonly cleanup?: () => void | Promise<void>;
  /** What undoes it: a script of the same name. */
  readonly reversal?: () => Script | undefined;
  /** The same, known later. */
  readonly slowReversal?: Promise<Script>;
  readonly interrupt?: () => void;
}

interface OpenWatch {
  readonly ready: () => void;
  readonly changed: () => void;
}

/** An engine on a clock that stands still, with scripted resources of which everything is written down. */
export class Lab {
  readonly clock = new ManualClock();
  readonly engine: Engine;
  /** Names in the order in which they were checked. */
  readonly checked: string[] = [];
  /** Everything else that happened to resources: `open a`, `watch a`, `unwatch a`, `cleanup a`, `interrupt a`. */
  readonly history: string[] = [];
  readonly logged: string[] = [];
  /** What came of checks and watches: successes, and failures with and without hope. */
  readonly runs: { readonly error: string | undefined; readonly final: boolean }[] = [];
  readonly exits: number[] = [];
  readonly shown: string[] = [];
  readonly #watches = new Map<string, OpenWatch>();

  /** @param observed false for an engine that nobody observes: then `runs` stays empty */
  constructor(environment: Partial<EngineEnvironment> = {}, { observed = true } = {}) {
    this.engine = new Engine({
      hostname: "h1",
      prefix: "/nonexistent",
      world: localWorld("/nonexistent"),
      log: (level, origin, message) => this.logged.push(`${level} ${origin}: ${message}`),
      exit: (code) => this.exits.push(code),
      noop: false,
      sema: -1,
      watch: true,
      clock: this.clock,
      invariantBroken: (error) => {
        queueMicrotask(() => {
          throw error;
        });
      },
      ...environment,
    });
    if (!observed) return;
    this.engine.observe({
      checked: ({ failed }) => failed || this.runs.push({ error: undefined, final: true }),
      failed: ({ message, final }) => this.runs.push({ error: message, final }),
    });
  }

  /** A scripted resource of kind `test`. */
  resource(name: string, script: Script = {}): Resource {
    return new ScriptedResource(this, name, script);
  }

  /** @param edges `a -> b`, or `a => b` to notify; names are unique among `resources` */
  graph(resources: readonly Resource[], edges: readonly string[] = []): EngineGraph {
    const indices = new Map(resources.map(({ name }, index) => [name, index]));
    const indexOf = (name: string): number => indices.get(name) ?? -1;
    return {
      resources,
      edges: edges.map((edge) => {
        const [from = "", arrow = "", to = ""] = edge.split(" ");
        return { from: indexOf(from), to: indexOf(to), notify: arrow === "=>" };
      }),
    };
  }

  swap(resources: readonly Resource[], edges: readonly string[] = []): Promise<void> {
    return this.engine.swap(this.graph(resources, edges));
  }

  /** Swaps, and waits until nothing is left to do. */
  async run(resources: readonly Resource[], edges: readonly string[] = []): Promise<void> {
    await this.swap(resources, edges);
    await this.engine.settled();
  }

  /** An event of the resource's watch. */
  event(name: string): void {
    this.#watches.get(name)?.changed();
  }

  ready(name: string): void {
    this.#watches.get(name)?.ready();
  }

  watching(name: string): boolean {
    return this.#watches.has(name);
  }

  opened(name: string, watch: OpenWatch, signal: AbortSignal): Promise<void> {
    this.history.push(`watch ${name}`);
    this.#watches.set(name, watch);
    const { promise, resolve } = Promise.withResolvers<void>();
    signal.addEventListener("abort", () => {
      this.history.push(`unwatch ${name}`);
      if (this.#watches.get(name) === watch) this.#watches.delete(name);
      resolve();
    });
    return promise;
  }

  /** What was checked since the last call. */
  takeChecked(): string[] {
    return this.checked.splice(0);
  }

  status(name: string): VertexStatus {
    const found = this.engine.status().find((each) => each.name === name);
    if (found === undefined) throw new Error(`no resource ${name} in the running graph`);
    return found;
  }

  /** `name: state`, sorted by name. */
  states(): string[] {
    return this.engine.status().map(({ name, state }) => `${name}: ${state}`);
  }
}

class ScriptedResource implements Resource {
  readonly kind: string;
  readonly meta: Meta;
  readonly refreshable: boolean;
  readonly fields: ReadonlyMap<string, Value>;
  readonly receives: ReadonlyMap<string, Sender>;
  readonly identities: readonly Identity[];
  readonly wants: readonly Want[];
  readonly grouping: Grouping | undefined;
  readonly partOf: Whole | undefined;

  constructor(
    readonly lab: Lab,
    readonly name: string,
    readonly script: Script,
    fields?: ReadonlyMap<string, Value>,
  ) {
    this.kind = script.kind ?? "test";
    this.meta = { ...defaultMeta, ...script.meta };
    this.refreshable = script.refreshable ?? false;
    this.fields = fields ?? new Map(Object.entries(script.fields ?? {}));
    this.receives = new Map(
      Object.entries(script.receives ?? {}).map(([field, from]) => {
        const [sender = "", key = ""] = from.split(".");
        return [field, { kind: "test", name: sender, field: key }];
      }),
    );
    this.identities = script.identities ?? [];
    this.wants = script.wants ?? [];
    this.grouping =
      script.groupKey === undefined
        ? undefined
        : { key: script.groupKey, keepsOrder: script.keepsOrder ?? false };
    this.partOf =
      script.partOf === undefined
        ? undefined
        : { kind: this.kind.slice(0, Math.max(0, this.kind.lastIndexOf(":"))), name: script.partOf };
  }

  equals(other: Resource): boolean {
    if (other.fields.size !== this.fields.size) return false;
    for (const [name, value] of this.fields) {
      const theirs = other.fields.get(name);
      if (theirs === undefined || !equal(value, theirs)) return false;
    }
    return true;
  }

  with(values: ReadonlyMap<string, Value>): Resource {
    for (const [name, value] of values) {
      if (typeof value !== "string") throw new ResourceError(`the value received for ${name} does not fit`);
    }
    return new ScriptedResource(this.lab, this.name, this.script, new Map([...this.fields, ...values]));
  }

  reversal(): Resource | undefined | Promise<Resource> {
    const { slowReversal } = this.script;
    if (slowReversal !== undefined) return slowReversal.then((each) => this.lab.resource(this.name, each));
    const undoing = this.script.reversal?.();
    return undoing && this.lab.resource(this.name, undoing);
  }

  validate(): string | undefined {
    return this.script.validate?.(this.fields);
  }

  open(context: Context): Behavior | Promise<Behavior> {
    const { lab, name, script } = this;
    lab.history.push(`open ${name}`);
    if (script.open !== undefined) return script.open(context);
    const behavior: Behavior = {
      checkApply: (run) => {
        lab.checked.push(name);
        return script.check?.(run, context) ?? true;
      },
      cleanup: () => {
        lab.history.push(`cleanup ${name}`);
        return script.cleanup?.();
      },
      interrupt: () => {
        lab.history.push(`interrupt ${name}`);
        script.interrupt?.();
      },
    };
    const { watch } = script;
    if (watch === "none") return behavior;
    if (typeof watch === "function") return { ...behavior, watch };
    return {
      ...behavior,
      watch: ({ ready, changed, signal }) => {
        const ended = lab.opened(name, { ready, changed }, signal);
        if (watch !== "late") ready();
        return ended;
      },
    };
  }
}

/** Waits, a turn of the event loop at a time, until something has come about. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await turn();
}

/** Lets everything happen that can happen without time going on. */
export async function quiet(): Promise<void> {
  for (let count = 0; count < 5; count++) await turn();
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
