/** What a tick of the function graph costs: it should be what changed, whatever the size of the graph. */
import { evaluate } from "../../lang/flow/evaluate.ts";
import type { Evaluation } from "../../lang/flow/evaluation.ts";
import type { TypedStatement } from "../../lang/types/typed.ts";
import {
  add,
  bind,
  core,
  counted,
  host,
  kinds,
  lambda,
  lit,
  loop,
  ManualSource,
  map,
  root,
  show,
  use,
} from "../lang/flow/support.ts";
import { type Bench, median, ms } from "./row.ts";

const pathLength = 10;
const rounds = 400;

export const dataflow: Bench = async () => {
  const small = await measure(0);
  const large = await measure(100_000);
  return [
    {
      measure: `dataflow: a path of ${pathLength} nodes in a graph of ${large.nodes} nodes, one event`,
      floor: `the same path alone, ${small.nodes} nodes: ${small.tickMicroseconds.toFixed(1)} us`,
      measured: `${large.tickMicroseconds.toFixed(1)} us, ${large.touched} nodes touched`,
      bar: "touches the 11 nodes only; time independent of graph size (within 2x)",
      holds: large.touched <= pathLength + 1 && large.tickMicroseconds <= small.tickMicroseconds * 2,
    },
  ];
};

/** One source that a thousand nodes depend on. */
export const fanOut: Bench = async () => {
  const dependants = 1000;
  const source = new ManualSource("latest", 0n);
  const shared = bind(source.read());
  const all = Array.from({ length: dependants }, (_, index) => core(add, [use(shared), lit(BigInt(index))]));
  const sum = counted(() => 0n);
  await using running = start([show("sum", core(sum.fn, all))]);
  const rounds = 3000;
  const begin = performance.now();
  for (let round = 1; round <= rounds; round++) {
    source.emit(BigInt(round));
    running.tick();
  }
  const perSecond = (rounds * running.evaluation.counters.recomputed) / ((performance.now() - begin) / 1000);
  return [
    {
      measure: `dataflow: one source, ${dependants} dependants`,
      floor: "none",
      measured: `${(perSecond / 1e6).toFixed(1)} million node recomputations per second`,
      bar: "at least 1 million per second",
      holds: perSecond >= 1e6,
    },
  ];
};

/** A loop over a long list that grows at its end. */
export const loopGrowth: Bench = async () => {
  const length = 10_000;
  const list = Array.from({ length }, (_, index) => `name ${index}`);
  const source = new ManualSource("latest", list);
  const body = loop("for", source.read(), (_index, value) => [show("shown", value)]);
  await using running = start([body]);
  const samples: number[] = [];
  for (let round = 0; round < 40; round++) {
    list.push(`more ${round}`);
    source.emit([...list]);
    const begin = performance.now();
    running.tick();
    samples.push(performance.now() - begin);
  }
  const took = median(samples);
  const { recomputed } = running.evaluation.counters;
  return [
    {
      measure: `dataflow: a \`for\` over ${length} elements, one added at the end`,
      floor: "none",
      measured: `${ms(took)}, ${recomputed} nodes computed`,
      bar: "rebuilds one body; under 5 ms",
      holds: took < 5 && recomputed < 20,
    },
  ];
};

/** A function that is called for each element of a long list, one of which changes. */
export const elementChange: Bench = async () => {
  const length = 10_000;
  let list: readonly bigint[] = Array.from({ length }, (_, index) => BigInt(index));
  const source = new ManualSource("latest", list);
  const { fn, calls } = counted((value) => (typeof value === "bigint" ? value * 2n : 0n));
  const double = lambda(1, (value) => core(fn, [value ?? lit(0n)]));
  await using running = start([show("doubled", core(map, [source.read(), double]))]);
  const rounds = 40;
  const before = calls();
  const samples: number[] = [];
  for (let round = 0; round < rounds; round++) {
    list = list.with(round * 100, -1n);
    source.emit(list);
    const begin = performance.now();
    running.tick();
    samples.push(performance.now() - begin);
  }
  const took = median(samples);
  const perRound = (calls() - before) / rounds;
  return [
    {
      measure: `dataflow: \`iter.map\` over ${length} ints, one of them changed`,
      floor: "none",
      measured: `${ms(took)}, bodies computed: ${perRound}`,
      bar: "computes one body; under 5 ms",
      holds: took < 5 && perRound === 1,
    },
  ];
};

/** A running program whose ticks are taken by hand. */
interface Running extends AsyncDisposable {
  readonly evaluation: Evaluation;
  tick(): void;
}

function start(block: readonly TypedStatement[]): Running {
  const stop = new AbortController();
  let due = (): void => {};
  const evaluation = evaluate(
    { region: root, block },
    {
      host,
      kinds,
      signal: stop.signal,
      schedule: (tick) => {
        due = tick;
      },
    },
  );
  return { evaluation, tick: () => due(), [Symbol.asyncDispose]: async () => stop.abort() };
}

/** @param others nodes besides the path, fed by a source of their own */
async function measure(
  others: number,
): Promise<{ nodes: number; touched: number; tickMicroseconds: number }> {
  const source = new ManualSource("latest", 0n);
  const block: TypedStatement[] = [show("path", chain(source, pathLength - 2))];
  const other = new ManualSource("latest", 0n);
  // Three nodes of the chain and the statement that shows it.
  for (let index = 0; index < others / 4; index++) block.push(show(`other ${index}`, chain(other, 3)));
  await using running = start(block);
  await running.evaluation.next();
  const samples: number[] = [];
  for (let round = 1; round <= rounds; round++) {
    source.emit(BigInt(round));
    const begin = performance.now();
    running.tick();
    samples.push((performance.now() - begin) * 1000);
  }
  const { nodes, recomputed } = running.evaluation.counters;
  return { nodes, touched: recomputed, tickMicroseconds: median(samples) };
}

function chain(source: ManualSource, length: number) {
  let value = source.read();
  for (let step = 0; step < length; step++) value = core(add, [value, lit(1n)]);
  return value;
}
