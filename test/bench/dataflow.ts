/** What a tick of the function graph costs: it should be what changed, whatever the size of the graph. */
import { evaluate } from "../../lang/flow/evaluate.ts";
import type { TypedStatement } from "../../lang/types/typed.ts";
import { add, core, host, kinds, lit, ManualSource, root, show } from "../lang/flow/support.ts";
import { type Bench, median } from "./row.ts";

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

/** @param others nodes besides the path, fed by a source of their own */
async function measure(others: number): Promise<{ nodes: number; touched: number; tickMicroseconds: number }> {
  const source = new ManualSource("latest", 0n);
  const block: TypedStatement[] = [show("path", chain(source, pathLength - 2))];
  const other = new ManualSource("latest", 0n);
  // Three nodes of the chain and the statement that shows it.
  for (let index = 0; index < others / 4; index++) block.push(show(`other ${index}`, chain(other, 3)));
  let tick = (): void => {};
  const stop = new AbortController();
  const evaluation = evaluate(
    { region: root, block },
    {
      host,
      kinds,
      signal: stop.signal,
      schedule: (due) => {
        tick = due;
      },
    },
  );
  await evaluation.next();
  const samples: number[] = [];
  for (let round = 1; round <= rounds; round++) {
    source.emit(BigInt(round));
    const start = performance.now();
    tick();
    samples.push((performance.now() - start) * 1000);
  }
  const { nodes, recomputed } = evaluation.counters;
  stop.abort();
  return { nodes, touched: recomputed, tickMicroseconds: median(samples) };
}

function chain(source: ManualSource, length: number) {
  let value = source.read();
  for (let step = 0; step < length; step++) value = core(add, [value, lit(1n)]);
  return value;
}
