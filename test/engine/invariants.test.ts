import { expect, test } from "bun:test";
import { planGraph } from "../../src/engine/graph.ts";
import { Intents } from "../../src/engine/intents.ts";
import { type InvariantError, Invariants } from "../../src/engine/invariants.ts";
import { Semaphores } from "../../src/engine/semaphores.ts";
import { Vertex } from "../../src/engine/vertex.ts";
import { Lab } from "./lab.ts";

/** Two vertices at rest, `a` before `b`, and somebody who looks after them. */
class Bench {
  readonly broken: InvariantError[] = [];
  readonly intents = new Intents(undefined, () => undefined);
  readonly semaphores = new Semaphores();
  readonly a: Vertex;
  readonly b: Vertex;
  readonly invariants: Invariants;

  constructor() {
    const lab = new Lab();
    const { nodes } = planGraph(
      lab.graph(["a", "b"].map((name) => lab.resource(name, { refreshable: true }))),
    );
    const [a, b] = nodes.map((node) => {
      const vertex = new Vertex(node, { noop: false, semaphore: undefined }, 0);
      Object.assign(vertex, { phase: "idle", armed: true, dirty: false, succeeded: true });
      return vertex;
    });
    if (a === undefined || b === undefined) throw new Error("there are two vertices");
    this.a = a;
    this.b = b;
    a.successors = [{ vertex: b, notify: true, auto: false }];
    b.predecessors = [a];
    const vertices = new Map([a, b].map((vertex) => [vertex.id, vertex]));
    const examined = { intents: this.intents, semaphores: this.semaphores };
    this.invariants = new Invariants(
      { ...examined, vertices: () => vertices, halted: () => false },
      (error) => this.broken.push(error),
    );
    for (const vertex of [a, b]) this.invariants.checks(vertex, undefined);
  }
}

const cases: readonly (readonly [promise: string, breakIt: (bench: Bench) => void])[] = [
  [
    "a vertex that has to run is not going to",
    ({ invariants, a }) => {
      a.dirty = true;
      invariants.note(a, "event");
    },
  ],
  ["an event is lost", ({ invariants, b }) => invariants.needsCheck(b, "event")],
  [
    "a vertex runs while one before it is bad",
    ({ invariants, a, b }) => {
      a.dirty = true;
      invariants.starts(b);
    },
  ],
  [
    "a vertex runs before its watch is armed",
    ({ invariants, a }) => {
      a.armed = false;
      invariants.starts(a);
    },
  ],
  ["a notification is lost", ({ invariants, a }) => invariants.notifies(a)],
  [
    "a vertex has a notification that nobody sent",
    ({ invariants, b, a }) => {
      Object.assign(b, { notified: true, waitingFor: a });
      Object.assign(a, { dirty: true, waiting: new Set([b]) });
      invariants.note(b, "touched");
    },
  ],
  [
    "a notification is due that is not written down",
    ({ invariants, a, b }) => {
      invariants.notifies(a);
      Object.assign(b, { notified: true, waitingFor: a });
      Object.assign(a, { hold: () => undefined, waiting: new Set([b]), countedBusy: true });
    },
  ],
  [
    "a vertex holds something at its end",
    ({ invariants, a }) => {
      a.phase = "ended";
      invariants.left(a);
    },
  ],
  [
    "settled, with 0 of 1 units of semaphore s free",
    ({ invariants, semaphores }) => {
      semaphores.claim(["s"], () => undefined);
      invariants.settled();
    },
  ],
  [
    "a vertex is not counted as it is busy",
    ({ invariants, a }) => {
      a.countedBusy = true;
      invariants.entered(a);
    },
  ],
];

test.each(cases)("a broken promise is told: %s", async (promise, breakIt) => {
  const bench = new Bench();
  breakIt(bench);
  await Promise.resolve();
  const [error, ...more] = bench.broken;
  expect(error?.message.split("\n")[0]).toBe(`a defect of mgmt, please report it: ${promise}`);
  expect(more).toEqual([]);
});

test("it is told with the story of the vertices concerned, as long as it matters", () => {
  const { invariants, a, b, broken } = new Bench();
  for (let count = 0; count < 100; count++) invariants.note(b, `step ${count}`);
  a.dirty = true;
  invariants.starts(b);
  const lines = broken[0]?.message.split("\n") ?? [];
  expect(lines[1]).toMatch(
    /^test\[b\]: idle, armed, succeeded; until then: \d+ step 77; .*step 99; \d+ run begins$/,
  );
  expect(lines[2]).toMatch(/^test\[a\]: idle, armed, dirty, succeeded; until then: /);
});

test("promises that are kept are not mentioned", async () => {
  const { invariants, a, b, broken } = new Bench();
  invariants.starts(b);
  invariants.needsCheck(a, "event");
  Object.assign(a, { phase: "queued", dirty: true, countedBusy: true });
  invariants.enqueued(a);
  await Promise.resolve();
  expect(broken.map(({ message }) => message)).toEqual([]);
});
