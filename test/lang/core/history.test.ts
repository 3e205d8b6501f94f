import { describe, expect, test } from "bun:test";
import { compile } from "../../../lang/compile.ts";
import { evaluate } from "../../../lang/flow/evaluate.ts";
import type { Host } from "../../../lang/host.ts";
import { isList, print, type Value } from "../../../lang/value.ts";
import { kinds } from "../types/support.ts";
import { core, Emissions, hostIn, typeOfCall } from "./call.ts";

/** A clock that a test sets. */
class ManualClock {
  #now = 0;
  readonly #due = new Map<object, { readonly at: number; readonly onTime: () => void }>();
  readonly host: Host;

  constructor() {
    const host = hostIn("UTC");
    this.host = {
      ...host,
      clock: {
        ...host.clock,
        elapsed: () => this.#now,
        after: (milliseconds, onTime) => {
          const key = {};
          this.#due.set(key, { at: this.#now + milliseconds, onTime });
          return () => this.#due.delete(key);
        },
      },
    };
  }

  /** How many timers wait. */
  get waiting(): number {
    return this.#due.size;
  }

  /** Lets time pass, timer by timer. */
  passTo(time: number): void {
    for (;;) {
      const [next] = [...this.#due].filter(([, { at }]) => at <= time).sort(([, a], [, b]) => a.at - b.at);
      if (next === undefined) break;
      const [key, { at, onTime }] = next;
      this.#due.delete(key);
      this.#now = at;
      onTime();
    }
    this.#now = time;
  }
}

/** A `history` in a program. */
class Running {
  readonly clock = new ManualClock();
  readonly seen: string[] = [];
  readonly #open: (...args: readonly Value[]) => () => void;
  #close = (): void => {};

  constructor() {
    const { behavior } = core(".history");
    if (behavior.kind !== "source") throw new Error("history is no source");
    const emit = (value: Value): void => {
      const shown = `${this.clock.host.clock.elapsed()}: ${print(value)}`;
      if (!this.seen.at(-1)?.endsWith(`: ${print(value)}`)) this.seen.push(shown);
    };
    const source = behavior.bind({
      host: this.clock.host,
      type: typeOfCall([0n, 0n]),
      emit,
      fail: (error) => this.seen.push(error.message),
      backlog: () => undefined,
    });
    this.#open = source.open.bind(source);
  }

  /** At `time`, the arguments change. */
  at(time: number, value: Value, index: bigint): void {
    this.clock.passTo(time);
    this.close();
    this.#close = this.#open(value, index);
  }

  close(): void {
    this.#close();
  }
}

describe("history", () => {
  test("shows each change when it is as old as asked for, the first value at once", () => {
    const running = new Running();
    running.at(0, "a", 100n);
    running.at(30, "b", 100n);
    running.at(90, "c", 100n);
    running.at(120, "d", 100n);
    running.clock.passTo(1000);
    expect(running.seen).toEqual(['0: "a"', '130: "b"', '190: "c"', '220: "d"']);
    expect(running.clock.waiting).toBe(0);
  });

  test("0 is now", () => {
    const running = new Running();
    running.at(0, 1n, 0n);
    running.at(5, 2n, 0n);
    expect(running.seen).toEqual(["0: 1", "5: 2"]);
    expect(running.clock.waiting).toBe(0);
  });

  test("forgets all but the value now when the time asked for changes", () => {
    const running = new Running();
    running.at(0, 1n, 100n);
    running.at(50, 2n, 100n);
    running.at(60, 2n, 30n);
    running.at(70, 3n, 30n);
    running.clock.passTo(1000);
    expect(running.seen).toEqual(["0: 1", "60: 2", "100: 3"]);
  });

  test("keeps a bounded number of changes, and always shows the last", () => {
    const running = new Running();
    for (let time = 0; time <= 20_000; time++) running.at(time / 10, BigInt(time), 1000n);
    running.clock.passTo(10_000);
    expect(running.seen.at(-1)).toBe("3000: 20000");
    expect(running.seen.length).toBeLessThan(2200);
  });

  test("waits for weeks", () => {
    const running = new Running();
    const month = 30 * 86_400_000;
    running.at(0, 1n, BigInt(month));
    running.at(1, 2n, BigInt(month));
    running.clock.passTo(month);
    expect(running.seen).toEqual(["0: 1"]);
    running.clock.passTo(month + 1);
    expect(running.seen).toEqual(["0: 1", `${month + 1}: 2`]);
  });

  test("ends its timer when it is closed", () => {
    const running = new Running();
    running.at(0, 1n, 100n);
    running.at(1, 2n, 100n);
    expect(running.clock.waiting).toBe(1);
    running.close();
    expect(running.clock.waiting).toBe(0);
  });

  test("a negative time is refused", async () => {
    const emissions = new Emissions(".history", [1n, -1n], hostIn("UTC"));
    expect(await emissions.next()).toBe("FatalError: index must not be negative, got: -1");
  });
});

test("a program is told when the past changes", async () => {
  const code = `
import "datetime"
$now = datetime.now()
test "past" { interface => [$now, history($now, 300)], }
`;
  const program = await compile(
    { kind: "code", path: "main.mcl", code },
    { read: async () => undefined },
    kinds,
  );
  const done = new AbortController();
  const host = hostIn("UTC", done.signal);
  const seen: string[] = [];
  for await (const report of evaluate(program, { host, kinds, signal: done.signal })) {
    if (report.kind !== "graph") throw new Error(report.diagnostics.map((each) => each.message).join("; "));
    const value = report.graph.resources[0]?.fields.get("interface");
    const [now, past] = value !== undefined && isList(value) ? value : [];
    if (typeof now !== "bigint" || typeof past !== "bigint") throw new Error("not two times");
    seen.push(now === past ? "the same" : `${now - past} second later`);
    if (seen.length === 3) done.abort();
  }
  expect(seen).toEqual(["the same", "1 second later", "the same"]);
});
