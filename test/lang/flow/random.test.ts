/**
 * Random programs and random events, compared with a naive evaluation of the same program. The seed is part of the
 * name of each test; to repeat a failure, make it `base`.
 */
import { afterEach, expect, test } from "bun:test";
import type { TypedBind, TypedExpression, TypedStatement } from "../../../lang/types/typed.ts";
import type { Value } from "../../../lang/value.ts";
import {
  add,
  bind,
  call,
  choose,
  core,
  divide,
  dynamicCall,
  except,
  ifStatement,
  lambda,
  lessThan,
  list,
  lit,
  loop,
  ManualSource,
  map,
  type Run,
  reduce,
  resource,
  show,
  start,
  stopRuns,
  use,
} from "./support.ts";

/** An expression and what it should come to: an int, or undefined where it fails. */
interface Modelled {
  readonly expression: () => TypedExpression;
  readonly evaluate: () => bigint | undefined;
}

type Random = (below: number) => number;

function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

interface Program {
  readonly run: Run;
  /** Lets some sources speak. */
  step(): void;
  /** What the program should show: its lines, or undefined for an error. */
  expected(): readonly string[] | undefined;
}

function generate(seed: number): Program {
  const random = randomFrom(seed);
  const sources = Array.from({ length: 4 }, () => {
    const initial = BigInt(random(6));
    const state = { value: initial, source: new ManualSource("latest", initial) };
    return state;
  });
  const lists = Array.from({ length: 2 }, () => {
    const initial: Value[] = [1n, 2n];
    return { value: initial, source: new ManualSource("latest", initial) };
  });
  const pool: Modelled[] = sources.map(({ source }, index) => {
    const variable = bind(source.read());
    return { expression: () => use(variable), evaluate: () => sources[index]?.value };
  });
  pool.push({ expression: () => lit(3n), evaluate: () => 3n });
  const pick = (): Modelled => pool[random(pool.length)] ?? { expression: () => lit(0n), evaluate: () => 0n };

  const combine = (): Modelled => {
    const [a, b, c] = [pick(), pick(), pick()];
    switch (random(9)) {
      case 0:
        return { expression: () => core(divide, [a.expression()]), evaluate: () => divided(a.evaluate()) };
      case 1:
        return {
          expression: () => except(a.expression(), b.expression()),
          evaluate: () => a.evaluate() ?? b.evaluate(),
        };
      case 2:
        return {
          expression: () => choose(core(lessThan, [a.expression(), lit(3n)]), b.expression(), c.expression()),
          evaluate: () => {
            const condition = a.evaluate();
            if (condition === undefined) return undefined;
            return condition < 3n ? b.evaluate() : c.evaluate();
          },
        };
      case 3: {
        const f = lambda(1, (x) => core(add, [x ?? lit(0n), b.expression()]));
        return {
          expression: () => call(f, [a.expression()]),
          evaluate: () => sum(a.evaluate(), b.evaluate()),
        };
      }
      case 4: {
        const f = lambda(1, (x) => core(add, [x ?? lit(0n), b.expression()]));
        const g = lambda(1, (x) => core(divide, [x ?? lit(0n)]));
        return {
          expression: () =>
            dynamicCall(choose(core(lessThan, [c.expression(), lit(2n)]), f, g), [a.expression()]),
          evaluate: () => {
            const condition = c.evaluate();
            if (condition === undefined) return undefined;
            return condition < 2n ? sum(a.evaluate(), b.evaluate()) : divided(a.evaluate());
          },
        };
      }
      case 5: {
        const which = lists[random(lists.length)];
        if (which === undefined) throw new Error("no lists");
        const each = lambda(1, (x) => except(core(divide, [x ?? lit(0n)]), b.expression()));
        const step = lambda(2, (x, y) => core(add, [x ?? lit(0n), y ?? lit(0n)]));
        return {
          expression: () => core(reduce, [a.expression(), core(map, [which.source.read(), each]), step]),
          evaluate: () => {
            const each = (n: Value): bigint | undefined =>
              typeof n === "bigint" ? (divided(n) ?? b.evaluate()) : undefined;
            return which.value.map(each).reduce(sum, a.evaluate());
          },
        };
      }
      case 6:
        return {
          expression: () => except(except(core(divide, [a.expression()]), b.expression()), c.expression()),
          evaluate: () => divided(a.evaluate()) ?? b.evaluate() ?? c.evaluate(),
        };
      default:
        return {
          expression: () => core(add, [a.expression(), b.expression()]),
          evaluate: () => sum(a.evaluate(), b.evaluate()),
        };
    }
  };
  for (let index = 0; index < 25; index++) {
    const made = combine();
    const variable: TypedBind = bind(made.expression());
    pool.push({ expression: () => use(variable), evaluate: made.evaluate });
  }

  const block: TypedStatement[] = [];
  const lines: (() => readonly string[] | undefined)[] = [];
  for (let index = 0; index < 4; index++) {
    const [a, b] = [pick(), pick()];
    const safe = except(a.expression(), lit(-1n));
    block.push(show(`r${index}`, safe));
    lines.push(() => [`r${index}=${a.evaluate() ?? -1n}`]);
    const condition = core(lessThan, [except(b.expression(), lit(0n)), lit(4n)]);
    block.push(ifStatement(condition, [show(`t${index}`, a.expression())], [resource(lit(`e${index}`))]));
    lines.push(() => {
      if ((b.evaluate() ?? 0n) >= 4n) return [`test[e${index}]`];
      const value = a.evaluate();
      return value === undefined ? undefined : [`t${index}=${value}`];
    });
  }
  lists.forEach((each, which) => {
    const [a] = [pick()];
    block.push(
      loop("for", each.source.read(), (_index, value) => [
        ifStatement(core(lessThan, [value, lit(3n)]), [
          resource(list(lit(`l${which}`)), []),
          show(`s${which}`, except(a.expression(), lit(-1n))),
        ]),
      ]),
    );
    lines.push(() =>
      each.value.some((value) => typeof value === "bigint" && value < 3n)
        ? [`test[l${which}]`, `s${which}=${a.evaluate() ?? -1n}`]
        : [],
    );
  });

  return {
    run: start(...block),
    step: () => {
      for (const each of sources) {
        if (random(3) > 0) continue;
        each.value = BigInt(random(6));
        each.source.emit(each.value);
      }
      for (const each of lists) {
        if (random(4) > 0) continue;
        each.value = Array.from({ length: random(5) }, () => BigInt(random(6)));
        each.source.emit(each.value);
      }
    },
    expected: () => {
      const all = lines.map((line) => line());
      const known = all.filter((line) => line !== undefined);
      return known.length < all.length ? undefined : known.flat();
    },
  };
}

function sum(a: bigint | undefined, b: bigint | undefined): bigint | undefined {
  return a === undefined || b === undefined ? undefined : a + b;
}

function divided(n: bigint | undefined): bigint | undefined {
  return n === undefined || n === 0n ? undefined : 100n / n;
}

afterEach(stopRuns);

const base = Math.floor(Math.random() * 1e9);
test.each(Array.from({ length: 60 }, (_, index) => base + index))("random program, seed %d", async (seed) => {
  const program = generate(seed);
  const { run } = program;
  let shown: readonly string[] | undefined = [];
  for (let step = 0; step < 40; step++) {
    const reported = await run.state();
    if (reported !== undefined) {
      shown = reported.some((line) => line.startsWith("stream: ")) ? undefined : reported;
    }
    expect(shown).toEqual(program.expected());
    program.step();
  }
});
