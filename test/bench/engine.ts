/** What the engine costs by itself: graphs are made by hand, of the kinds that programs use. */
import { join } from "node:path";
import { defaultMeta } from "../../lang/meta.ts";
import type { Value } from "../../lang/value.ts";
import { Engine } from "../../src/engine/engine.ts";
import { type EngineGraph, planGraph } from "../../src/engine/graph.ts";
import { IntentFile } from "../../src/engine/intent-file.ts";
import type { Behavior, Resource } from "../../src/engine/resource.ts";
import type { Kind } from "../../src/resources/define.ts";
import { exec } from "../../src/resources/exec.ts";
import { file } from "../../src/resources/file.ts";
import { noop } from "../../src/resources/noop.ts";
import { localWorld } from "../../src/world/local.ts";
import { type Bench, median, ms } from "./row.ts";
import { withScratch } from "./workbench.ts";

const chains = 100;
const depth = 100;
const vertices = chains * depth;

function engineIn(prefix: string): Engine {
  return new Engine({
    hostname: "bench",
    prefix,
    world: localWorld(prefix),
    intents: new IntentFile(join(prefix, "engine", "intents")),
    log: () => {},
    exit: () => {},
    noop: false,
    sema: -1,
    watch: true,
  });
}

function make(kind: Kind, name: string, fields: Readonly<Record<string, Value>> = {}): Resource {
  return kind.create(name, new Map(Object.entries(fields)), defaultMeta, new Map());
}

/** Chains of resources that do nothing. */
function chainsOf(): EngineGraph {
  const resources = Array.from({ length: vertices }, (_, index) => make(noop, `n${index}`));
  const edges = resources.flatMap((_, to) => (to % depth === 0 ? [] : [{ from: to - 1, to, notify: false }]));
  return { resources, edges };
}

export const firstRun: Bench = () =>
  withScratch(async (scratch) => {
    const samples: number[] = [];
    for (let round = 0; round < 5; round++) {
      const engine = engineIn(join(scratch, String(round)));
      const graph = chainsOf();
      const begin = performance.now();
      await engine.swap(graph);
      await engine.settled();
      samples.push(performance.now() - begin);
      await engine.stop();
    }
    const each = (median(samples) * 1000) / vertices;
    return [
      {
        measure: `engine: first run of ${vertices} resources in ${chains} chains, from declarations to all checked`,
        floor: "none",
        measured: `${ms(median(samples))}, ${each.toFixed(1)} us a vertex`,
        bar: "under 20 us a vertex",
        holds: each < 20,
      },
    ];
  });

export const swapOne: Bench = () =>
  withScratch(async (scratch) => {
    const engine = engineIn(scratch);
    const { resources, edges } = chainsOf();
    await engine.swap({ resources, edges });
    await engine.settled();
    const samples: number[] = [];
    let runs = 0;
    engine.observe({ checked: () => runs++ });
    const rounds = 15;
    for (let round = 0; round < rounds; round++) {
      // As a program does it: a declaration that stays is the same object.
      const changed = make(noop, `n${round * 613}`, { comment: "changed" });
      const graph = { resources: resources.with(round * 613, changed), edges: [...edges] };
      const begin = performance.now();
      await engine.swap(graph);
      await engine.settled();
      samples.push(performance.now() - begin);
    }
    await engine.stop();
    // In each round but the first, the one that was changed before changes back.
    const touched = runs / rounds;
    return [
      {
        measure: `engine: swap of ${vertices} resources, one changed (and one changed back)`,
        floor: "none",
        measured: `${ms(median(samples))}, ${touched.toFixed(1)} checks`,
        bar: "under 20 ms, one vertex touched",
        holds: median(samples) < 20 && touched <= 2,
      },
    ];
  });

/** A resource whose watch can be made to tell of a change. */
function told(resource: Resource): { readonly resource: Resource; tell(): void } {
  let changed = (): void => {};
  const open = (): Behavior => ({
    watch: (watch) => {
      ({ changed } = watch);
      watch.ready();
      return new Promise((resolve) => watch.signal.addEventListener("abort", () => resolve()));
    },
    checkApply: () => true,
  });
  const own = new Proxy(resource, {
    get: (target, key) => (key === "open" ? open : Reflect.get(target, key, target)),
  });
  return { resource: own, tell: () => changed() };
}

/** Microseconds from an event to the end of its check, and how many checks it caused. */
async function eventOn(
  prefix: string,
  graph: EngineGraph,
  at: number,
): Promise<{ took: number; runs: number }> {
  const resources = [...graph.resources];
  const leaf = told(resources[at] ?? make(noop, "leaf"));
  resources[at] = leaf.resource;
  const engine = engineIn(prefix);
  await engine.swap({ ...graph, resources, autogroup: false });
  await engine.settled();
  let runs = 0;
  engine.observe({ checked: () => runs++ });
  const samples: number[] = [];
  for (let round = 0; round < 2000; round++) {
    const begin = performance.now();
    leaf.tell();
    await engine.settled();
    samples.push((performance.now() - begin) * 1000);
  }
  await engine.stop();
  return { took: median(samples), runs: runs / samples.length };
}

export const deepEvent: Bench = () =>
  withScratch(async (scratch) => {
    const alone = await eventOn(join(scratch, "1"), { resources: [make(noop, "n")], edges: [] }, 0);
    const deep = await eventOn(join(scratch, "2"), chainsOf(), depth - 1);
    return [
      {
        measure: `engine: event on a leaf ${depth} levels deep in a graph of ${vertices}`,
        floor: `the same on a resource alone: ${alone.took.toFixed(1)} us`,
        measured: `${deep.took.toFixed(1)} us, ${deep.runs.toFixed(1)} checks`,
        bar: "independent of depth and size (within 2x, one check)",
        holds: deep.took <= alone.took * 2 && deep.runs === 1,
      },
    ];
  });

/** Nested directories with files in them. */
function nestedFiles(count: number): EngineGraph {
  const resources: Resource[] = [];
  for (let index = 0; index < count; index++) {
    const directory = `/srv/${index % 10}/${index % 100}/${index % 1000}/`;
    if (index < 1000) resources.push(make(file, directory, { state: "exists" }));
    resources.push(make(file, `${directory}file-${index}`, { state: "exists", content: "x" }));
  }
  return { resources, edges: [] };
}

export const planning: Bench = async () => {
  const time = (count: number): number => {
    const samples = Array.from({ length: 5 }, () => {
      const graph = nestedFiles(count);
      const begin = performance.now();
      planGraph(graph);
      return performance.now() - begin;
    });
    return median(samples);
  };
  const small = time(5000);
  const large = time(10_000);
  return [
    {
      measure: "engine: automatic edges and groups of 10000 files in nested directories",
      floor: `of 5000: ${ms(small)}`,
      measured: `${ms(large)} (${(large / small).toFixed(1)}x)`,
      bar: "near-linear (within 3x of half as many), under 500 ms",
      holds: large < 500 && large <= small * 3,
    },
  ];
};

export const parallel: Bench = () =>
  withScratch(async (scratch) => {
    const floor = performance.now();
    await Bun.spawn(["sleep", "0.5"]).exited;
    const one = performance.now() - floor;
    const engine = engineIn(scratch);
    const resources = Array.from({ length: 20 }, (_, index) =>
      make(exec, `sleep ${index}`, { cmd: "sleep 0.5" }),
    );
    const begin = performance.now();
    await engine.swap({ resources, edges: [] });
    await engine.settled();
    const took = performance.now() - begin;
    await engine.stop();
    return [
      {
        measure: "engine: 20 independent `exec` of 0.5 s",
        floor: `one \`sleep 0.5\`: ${ms(one)}`,
        measured: ms(took),
        bar: "under 0.7 s",
        holds: took < 700,
      },
    ];
  });
