import { Chance } from "./chance.ts";
import { Graphs } from "./graphs.ts";
import { Life } from "./life.ts";
import { contentOf, Machine } from "./machine.ts";
import { Truth } from "./truth.ts";

/** What came of one schedule. */
export interface Outcome {
  /** Rules that were broken; none is as it should be. */
  readonly violations: readonly string[];
  /** All that happened, the same for the same seed and length. */
  readonly history: readonly string[];
}

/** How many steps of chance a schedule has; after that all faults stop, and everything must come to rest. */
export const fullLength = 50;

/** Turns and timers after which an engine without faults must have come to rest. */
const patience = 3000;

/** Plays one schedule. */
export async function simulate(seed: number, length = fullLength): Promise<Outcome> {
  const simulation = new Simulation(seed);
  try {
    await simulation.play(length);
  } catch (error) {
    simulation.truth.violated(error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
  return { violations: simulation.truth.violations, history: simulation.history };
}

/** One host, one process after the other on it, and whatever befalls them. */
class Simulation {
  readonly history: string[] = [];
  readonly machine = new Machine();
  readonly truth: Truth;
  readonly #chance: Chance;
  readonly #graphs: Graphs;
  #life: Life;

  constructor(seed: number) {
    this.#chance = new Chance(seed);
    this.#graphs = new Graphs(this.#chance);
    this.truth = new Truth(this.machine, () => this.#life);
    this.#life = this.#newLife();
  }

  async play(length: number): Promise<void> {
    this.#life.swap(this.#graphs.current);
    for (let step = 0; step < length && this.truth.violations.length === 0; step++) {
      await this.#step();
      await this.#breathe();
      await this.#replaceTheDead();
    }
    if (this.truth.violations.length === 0) await this.#comeToRest();
  }

  #newLife(): Life {
    return new Life(this.machine, this.truth, this.#chance, (line) => this.history.push(line));
  }

  /** How far the engine gets before the next step. */
  async #breathe(): Promise<void> {
    const count = this.#chance.below(8);
    if (count >= 4) await everythingAtHand();
    else for (let index = 0; index < count; index++) await undefined;
    if (count >= 6) this.#lookAtRest();
  }

  #lookAtRest(): void {
    const life = this.#life;
    if (!life.alive || life.engine.busy || life.swapping > 0 || life.turns.length > 0 || !life.isTold) return;
    this.truth.atRest();
  }

  async #step(): Promise<void> {
    const chance = this.#chance;
    const life = this.#life;
    const name = chance.pick(this.#graphs.names) ?? "";
    const thing = this.machine.thing(name);
    const kind = chance.weighted([
      [30, "turn"],
      [16, "drift"],
      [6, "event"],
      [8, "tell"],
      [10, "swap"],
      [10, "time"],
      [3, "watch fails"],
      [3, "fault"],
      [2, "open fault"],
      [3, "repair"],
      [1, "intents"],
      [1, "exports"],
      [1, "crash"],
      [1, "crash at a write"],
      [1, "stop"],
    ] as const);
    switch (kind) {
      case "turn": {
        const turn = chance.pick(life.turns);
        if (turn === undefined) break;
        life.takeTurn(turn);
        if (turn.what.startsWith("the check")) await everythingAtHand();
        break;
      }
      case "drift":
        this.#drift(name);
        if (chance.percent(70)) life.tellEvents();
        break;
      case "event":
        life.happens(name);
        life.tellEvents();
        break;
      case "tell":
        life.tellEvents();
        break;
      case "swap":
        this.history.push("swap");
        life.swap(this.#graphs.next());
        break;
      case "time":
        life.clock.step(chance.pick([20, 100, 3000, 100_000]) ?? 0);
        break;
      case "watch fails": {
        const watch = life.watches.get(name);
        this.history.push(`the watch of ${name} fails`);
        watch?.fail(new Error("cannot be watched"));
        break;
      }
      case "fault":
        thing.failures = chance.pick([1, 2, Number.POSITIVE_INFINITY]) ?? 1;
        thing.isShort = chance.percent(30);
        this.history.push(`${name} breaks`);
        break;
      case "open fault":
        thing.openFailures = 1;
        break;
      case "repair":
        thing.failures = 0;
        break;
      case "intents":
        this.machine.intentsFail = !this.machine.intentsFail;
        break;
      case "exports":
        this.machine.exportsFail = !this.machine.exportsFail;
        break;
      case "crash":
        this.history.push("crash");
        life.die();
        break;
      case "crash at a write":
        life.dieAfterWrites(1 + chance.below(6));
        break;
      case "stop":
        await this.#stop(chance.percent(40));
    }
  }

  /** Somebody changes the thing of a resource that can notice it. */
  #drift(name: string): void {
    const life = this.#life;
    if (!life.watches.has(name)) return;
    this.machine.thing(name).value = `drift ${this.#chance.below(1000)}`;
    this.history.push(`${name} drifts`);
    life.happens(name);
  }

  async #replaceTheDead(): Promise<void> {
    if (this.#life.alive) return;
    // Whatever the dead process had begun stays undone.
    await everythingAtHand();
    this.truth.processEnds(this.#life.asked);
    this.history.push("a new process");
    this.#life = this.#newLife();
    this.#life.swap(this.#chance.percent(60) ? this.#graphs.current : this.#graphs.next());
  }

  /** An orderly end: nothing new starts, and everything is released. */
  async #stop(hurried: boolean): Promise<void> {
    const life = this.#life;
    life.stopping = true;
    this.history.push(hurried ? "stop at once" : "stop");
    let isOver = false;
    void life.engine.stop().then(() => {
      isOver = true;
    });
    if (hurried) life.engine.interrupt();
    for (let count = 0; !isOver && life.alive; count++) {
      await everythingAtHand();
      if (count > patience) {
        this.truth.violated("the engine does not stop");
        return;
      }
      const turn = this.#chance.pick(life.turns);
      if (turn !== undefined && this.#chance.percent(80)) life.takeTurn(turn);
      else life.clock.step(400_000);
    }
    await everythingAtHand();
    if (!life.alive) return;
    for (const { name } of hurried ? [] : life.held) {
      if (!this.truth.leftBehind.has(name)) this.truth.violated(`${name} is not cleaned up at the end`);
    }
    for (const name of life.watches.keys()) this.truth.violated(`${name} is watched after the end`);
    life.die();
  }

  async #comeToRest(): Promise<void> {
    this.#life.dieAfterWrites(Number.POSITIVE_INFINITY);
    await this.#replaceTheDead();
    this.history.push("faults stop");
    this.machine.faultsStop();
    await this.#settle();
    await this.#letTimePass(4000);
    await this.#letRoomReturn();
    this.#lookAtThings();
    if (this.truth.violations.length > 0) return;

    this.history.push("the same graph again");
    const mayRun = new Set(
      [...this.#life.states()].flatMap(([name, state]) => (state === "ok" ? [] : [name])),
    );
    const before = this.history.length;
    this.#life.swap(this.#graphs.current);
    await this.#settle();
    for (const line of this.history.slice(before)) {
      const [what, name = ""] = line.split(/[ ,]/);
      if (what === "check" && mayRun.size === 0)
        this.truth.violated(`${name} is checked since an equal graph came`);
    }
    this.#lookAtEverything();

    this.history.push("everything drifts");
    for (const name of this.#graphs.names) this.#drift(name);
    this.#life.tellEvents();
    await this.#settle();
    await this.#letTimePass(4000);
    this.#lookAtEverything();
    // A check may have taken its time, even one that was not waited for.
    if (!this.#life.converged) await this.#letTimePass(30_000);
    if (!this.#life.converged) this.truth.violated("it does not converge");
    await this.#stop(false);
  }

  /** Until nothing is left to do. */
  async #settle(): Promise<void> {
    const life = this.#life;
    for (let count = 0; count < patience; count++) {
      life.tellEvents();
      await everythingAtHand();
      const turn = this.#chance.pick(life.turns);
      if (turn !== undefined) life.takeTurn(turn);
      else if (!life.engine.busy && life.swapping === 0) return;
      else if (!life.clock.step(Number.POSITIVE_INFINITY)) break;
    }
    await everythingAtHand();
    const states = [...life.states()].map((pair) => pair.join(": ")).join(", ");
    this.truth.violated(
      `it does not settle: ${states}; ${life.engine.busy ? "busy" : "idle"}, ${life.swapping} swaps under way`,
    );
  }

  /** What failed for want of something is tried again by itself. */
  async #letRoomReturn(): Promise<void> {
    const lacking = this.#life.engine.status().filter(({ nextRetry }) => nextRetry !== undefined);
    if (lacking.length === 0) return;
    await this.#letTimePass(60_000);
    for (const { name, state, error, nextRetry } of this.#life.engine.status()) {
      const isLeft = lacking.some((each) => each.name === name) && nextRetry !== undefined;
      if (isLeft) this.truth.violated(`${name} lacks nothing any more, and is ${state}: ${error}`);
    }
  }

  async #letTimePass(milliseconds: number): Promise<void> {
    const { clock } = this.#life;
    const end = clock.now() + milliseconds;
    for (let count = 0; count < patience && clock.step(end - clock.now()); count++) await this.#settle();
    clock.skip(Math.max(0, end - clock.now()));
  }

  #lookAtEverything(): void {
    this.#lookAtThings();
    // What could not be withdrawn stays until the next graph.
    this.#lookAtExports();
  }

  #lookAtThings(): void {
    this.truth.atRest();
    const life = this.#life;
    const states = life.states();
    const { natures, senders } = life.asked;
    const sound = (name: string): boolean => states.get(name) === "ok";
    for (const [head, members] of life.groups()) {
      for (const name of [head, ...members]) {
        const nature = natures.get(name);
        if (nature === undefined) {
          if (sound(name)) this.truth.violated(`${name} is still in the graph`);
          continue;
        }
        if (!sound(head) || nature.meta.hidden || (nature.meta.poll ?? 0) < 0) continue;
        const sender = senders.get(name);
        if (sender !== undefined && !sound(sender) && states.get(sender) !== "noop") continue;
        const more = sender === undefined ? "" : `+${this.machine.thing(sender).value}`;
        const { value } = this.machine.thing(name);
        if (value !== nature.wants + more)
          this.truth.violated(`${name} is ${value}, and should be ${nature.wants}${more}`);
      }
    }
    for (const name of this.machine.reversals.keys()) {
      if (!natures.has(name) && !states.has(name)) this.truth.violated(`${name} is not undone`);
    }
  }

  #lookAtExports(): void {
    const { machine } = this;
    const allowed = new Set<string>();
    const states = this.#life.states();
    for (const { name, meta, fields, state } of this.#life.engine.status()) {
      for (const to of meta.export) {
        const key = JSON.stringify(["test", name, "h1", to]);
        allowed.add(key);
        const record = machine.exports.get(key);
        if (state !== "ok" || meta.noop) continue;
        if (record === undefined) this.truth.violated(`${name} is not exported to ${to}`);
        else if (!contentOf(record).startsWith(contentOf({ ...record, fields, meta: new Map() })))
          this.truth.violated(`${name} is not exported to ${to} as it is now`);
      }
    }
    for (const [key, { name, to }] of machine.exports) {
      if (!allowed.has(key) && states.size >= 0) this.truth.violated(`${name} is still exported to ${to}`);
    }
  }
}

/** Lets everything happen that can happen without time going on, and without a turn taken. */
function everythingAtHand(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
