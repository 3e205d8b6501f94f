import { defaultMeta, type Meta } from "../../../lang/meta.ts";
import type { Sender } from "../../../lang/output/resource-graph.ts";
import type { Value } from "../../../lang/value.ts";
import type { Behavior, Context, Grouping, Resource, Run, Watch } from "../../../src/engine/resource.ts";
import type { Life } from "./life.ts";
import { isSameNature, type Nature, plainNature } from "./nature.ts";

const nothing: readonly never[] = [];
const lack = Object.assign(new Error("no space left on device"), { code: "ENOSPC" });

/** A resource of a certain nature, in one process. */
export class SimulatedResource implements Resource {
  readonly kind = "test";
  readonly name: string;
  readonly meta: Meta;
  readonly refreshable: boolean;
  readonly fields: ReadonlyMap<string, Value>;
  readonly receives: ReadonlyMap<string, Sender>;
  readonly identities = nothing;
  readonly wants = nothing;
  readonly grouping: Grouping | undefined;
  readonly partOf = undefined;

  /** @param sender the name of the one it receives from */
  constructor(
    readonly nature: Nature,
    readonly sender: string | undefined,
    readonly life: Life,
    received?: ReadonlyMap<string, Value>,
  ) {
    this.name = nature.name;
    this.meta = { ...defaultMeta, ...nature.meta };
    this.refreshable = nature.refreshable;
    this.fields = received ?? new Map();
    this.receives =
      sender === undefined
        ? new Map()
        : new Map([["more", { kind: this.kind, name: sender, field: "value" }]]);
    this.grouping = nature.grouped ? { key: "", keepsOrder: false } : undefined;
  }

  /** What its thing shall be, with what was received. */
  get wanted(): string {
    const more = this.fields.get("more");
    return typeof more === "string" ? `${this.nature.wants}+${more}` : this.nature.wants;
  }

  equals(other: Resource): boolean {
    return other instanceof SimulatedResource && isSameNature(this.nature, other.nature);
  }

  with(values: ReadonlyMap<string, Value>): Resource {
    return new SimulatedResource(this.nature, this.sender, this.life, values);
  }

  reversal(): Resource | Promise<Resource> {
    const { life, name, nature } = this;
    const { machine, truth } = life;
    if (life.alive && machine.reversals.has(name))
      truth.violated(`the original of ${name} is looked at again`);
    const keep = (): Resource => {
      const { value } = machine.thing(name);
      const version = -1 - life.chance.below(1_000_000);
      return new SimulatedResource(plainNature(name, version, value), undefined, life);
    };
    if (!nature.slowReversal) return keep();
    return new Promise((resolve) => life.later(`look at the original of ${name}`, () => resolve(keep())));
  }

  validate(): undefined {
    return undefined;
  }

  open(context: Context): Behavior | Promise<Behavior> {
    const { life, nature } = this;
    const { name } = this;
    if (!life.alive) return new Promise(() => undefined);
    life.write(`open ${name}`);
    life.truth.opened(name);
    const names = [name, ...context.members.map((member) => member.name)];
    for (const each of names) {
      const count = life.open.get(each) ?? 0;
      if (count > 0 && !life.truth.leftBehind.has(each))
        life.truth.violated(`${each} is opened before what was there is cleaned up`);
      life.open.set(each, count + 1);
    }
    const closed = (): void => {
      for (const each of names) life.open.set(each, (life.open.get(each) ?? 0) - 1);
    };
    const finish = (): Behavior => {
      const thing = life.machine.thing(name);
      if (thing.openFailures > 0) {
        thing.openFailures--;
        closed();
        throw new Error("cannot be opened");
      }
      const behavior = new SimulatedBehavior(nature, life, context, names, closed);
      life.held.add(nature);
      if (nature.watch !== "none") return behavior;
      return { checkApply: (run) => behavior.checkApply(run), cleanup: () => behavior.cleanup() };
    };
    if (nature.open === "at once") return finish();
    return new Promise((resolve, reject) => {
      life.later(`${name} is open`, () => {
        try {
          resolve(finish());
        } catch (error) {
          reject(error);
        }
      });
    });
  }
}

class SimulatedBehavior implements Behavior {
  #isWatched = false;

  constructor(
    readonly nature: Nature,
    readonly life: Life,
    readonly context: Context,
    readonly names: readonly string[],
    readonly closed: () => void,
  ) {}

  watch(watch: Watch): Promise<void> {
    const { life, nature, names } = this;
    const { name } = nature;
    if (!life.alive) return new Promise(() => undefined);
    life.write(`watch ${name}`);
    if (this.#isWatched && !life.truth.leftBehind.has(name)) life.truth.violated(`two watches of ${name}`);
    this.#isWatched = true;
    return new Promise((resolve, reject) => {
      let isOver = false;
      const over = (): void => {
        isOver = true;
        for (const each of names) if (life.watches.get(each) === open) life.watches.delete(each);
      };
      const open = {
        watch,
        ready: false,
        fail: (error: Error): void => {
          over();
          this.#isWatched = false;
          reject(error);
        },
      };
      for (const each of names) life.watches.set(each, open);
      watch.signal.addEventListener("abort", () => {
        over();
        const end = (): void => {
          this.#isWatched = false;
          resolve();
        };
        if (nature.lingers) life.later(`the watch of ${name} ends`, end);
        else end();
      });
      const ready = (): void => {
        if (isOver) return;
        open.ready = true;
        watch.ready();
      };
      if (nature.watch === "late") life.later(`the watch of ${name} is ready`, ready);
      else ready();
    });
  }

  checkApply(run: Run): boolean | Promise<boolean> {
    const { life, nature } = this;
    const { name } = nature;
    if (!life.alive) return new Promise(() => undefined);
    life.write(`check ${name}${run.refresh ? ", notified" : ""}`);
    const seen = life.truth.checkStarts(nature, run.refresh, run.apply);
    const watch = life.watches.get(name);
    if (watch !== undefined && !watch.ready)
      life.truth.violated(`${name} is checked before its watch is ready`);
    const answer = (early?: boolean): boolean => {
      let right = early;
      try {
        // Others may look after the thing by now.
        if (right === undefined && seen.givenUp && life.truth.leftBehind.has(name))
          throw new Error("too late");
        right ??= this.#work(run.apply);
        // It may be that others have taken care of the thing for a while.
        if (!right && seen.givenUp) life.happens(name);
      } catch (error) {
        life.truth.checkEnds(seen, true, false);
        throw error;
      }
      life.truth.checkEnds(seen, false, !right && run.apply);
      return right;
    };
    const { takes, early } = nature.check;
    if (takes === "nothing") return answer();
    return new Promise((resolve, reject) => {
      let right: boolean | undefined;
      if (early) {
        try {
          right = this.#work(run.apply);
          if (!right && run.apply) life.truth.changedEarly(seen);
        } catch (error) {
          life.truth.checkEnds(seen, true, false);
          reject(error);
          return;
        }
      }
      let isOver = false;
      const end = (): void => {
        if (isOver || !life.alive) return;
        isOver = true;
        try {
          resolve(answer(right));
        } catch (error) {
          reject(error);
        }
      };
      const call = `the check of ${name} ends`;
      if (takes === "a turn") life.later(call, end);
      else life.clock.after(takes, end);
      run.signal.addEventListener("abort", () => {
        seen.givenUp = true;
        if (!nature.givesUp || isOver || !life.alive) return;
        if (early || life.chance.percent(30)) {
          end();
          return;
        }
        isOver = true;
        life.truth.checkEnds(seen, true, false);
        reject(new Error("given up"));
      });
    });
  }

  cleanup(): void | Promise<void> {
    const { life, nature } = this;
    const { name } = nature;
    if (!life.alive) return;
    life.write(`clean up ${name}`);
    life.held.delete(nature);
    if (this.#isWatched && !life.truth.leftBehind.has(name))
      life.truth.violated(`${name} is cleaned up while its watch goes on`);
    if (nature.cleanup === "a turn") {
      return new Promise((resolve) =>
        life.later(`${name} is cleaned up`, () => {
          this.closed();
          resolve();
        }),
      );
    }
    this.closed();
    if (nature.cleanup === "fails") throw new Error("cannot be cleaned up");
  }

  /** Looks, and makes right. @returns whether all was right */
  #work(apply: boolean): boolean {
    const { life, context, nature } = this;
    const thing = life.machine.thing(nature.name);
    if (thing.failures > 0) {
      thing.failures--;
      throw new Error("broken", { cause: thing.isShort ? lack : undefined });
    }
    let right = true;
    for (const { name, current } of [context, ...context.members]) {
      const resource = current();
      if (!(resource instanceof SimulatedResource)) throw new Error("not of this simulation");
      const each = life.machine.thing(name);
      if (each.value === resource.wanted) continue;
      right = false;
      if (apply) each.value = resource.wanted;
    }
    context.send(new Map([["value", thing.value]]));
    return right;
  }
}
