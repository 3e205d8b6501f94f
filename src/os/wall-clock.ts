import { followClockSet } from "./clock-set.ts";

/** Timers of the runtime take no more than 31 bits, and fire at once when given more. */
const LONGEST_TIMER = 2 ** 31 - 1;

type Callback = { readonly call: () => void };
type Alarm = Callback & { readonly due: number };

/**
 * The clock that people set. One timer serves all who wait for a time, and runs only while somebody does; when the clock
 * is set, what has become due is called at once.
 */
export class WallClock {
  readonly #now: () => number;
  readonly #followSet: typeof followClockSet;
  readonly #tickers = new Set<Callback>();
  readonly #alarms = new Set<Alarm>();
  readonly #setListeners = new Set<Callback>();
  /** The full second that tickers wait for, in milliseconds since 1970. */
  #nextTick: number | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #endFollowing: (() => void) | undefined;

  /**
   * @param now milliseconds since 1970
   * @param followSet tells when that jumps
   */
  constructor(now: () => number = Date.now, followSet: typeof followClockSet = followClockSet) {
    this.#now = now;
    this.#followSet = followSet;
  }

  /** Calls back at every full second, and when the clock is set. @returns what ends it; may be called more than once */
  everySecond(onTick: () => void): () => void {
    return this.#add(this.#tickers, { call: onTick });
  }

  /** Calls back once, when the clock shows `due` or later, in milliseconds since 1970. @returns what calls it off */
  at(due: number, onTime: () => void): () => void {
    return this.#add(this.#alarms, { due, call: onTime });
  }

  /** Calls back when the clock was set. @returns what ends it */
  onSet(onSet: () => void): () => void {
    return this.#add(this.#setListeners, { call: onSet });
  }

  /** Ends all. */
  stop(): void {
    this.#tickers.clear();
    this.#alarms.clear();
    this.#setListeners.clear();
    this.#arm();
  }

  #add<C extends Callback>(to: Set<C>, callback: C): () => void {
    to.add(callback);
    this.#arm();
    return () => {
      if (to.delete(callback)) this.#arm();
    };
  }

  /** Sets the timer for what is due next, or lets everything rest when nobody waits. */
  #arm(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#tickers.size + this.#alarms.size + this.#setListeners.size === 0) {
      this.#endFollowing?.();
      this.#endFollowing = undefined;
      return;
    }
    this.#endFollowing ??= this.#followSet(() => this.#onSet());
    const now = this.#now();
    let due = this.#tickAfter(now);
    for (const alarm of this.#alarms) due = Math.min(due, alarm.due);
    if (due === Number.POSITIVE_INFINITY) return;
    this.#timer = setTimeout(() => this.#fire(), Math.min(Math.max(due - now, 0), LONGEST_TIMER));
  }

  /** A second that is due stays so until it was told, whoever comes and goes in between. */
  #tickAfter(now: number): number {
    if (this.#tickers.size === 0) this.#nextTick = undefined;
    // It is further away than a second only if the clock was set back.
    else if (this.#nextTick === undefined || this.#nextTick > now + 1000) {
      this.#nextTick = (Math.floor(now / 1000) + 1) * 1000;
    }
    return this.#nextTick ?? Number.POSITIVE_INFINITY;
  }

  #onSet(): void {
    this.#nextTick = Number.NEGATIVE_INFINITY;
    call(this.#setListeners);
    this.#fire();
  }

  /** Timers may fire a little early: only what is due is called. */
  #fire(): void {
    const now = this.#now();
    for (const alarm of [...this.#alarms]) {
      if (alarm.due <= now && this.#alarms.delete(alarm)) alarm.call();
    }
    if (this.#nextTick !== undefined && this.#nextTick <= now) {
      this.#nextTick = undefined;
      call(this.#tickers);
    }
    this.#arm();
  }
}

/** One that is called may end another one. */
function call(callbacks: ReadonlySet<Callback>): void {
  for (const each of [...callbacks]) if (callbacks.has(each)) each.call();
}
