import { beforeEach, expect, test } from "bun:test";
import type { Report } from "../../lang/flow/evaluation.ts";
import { createHost } from "../../src/agent/host.ts";
import type { Reports } from "../../src/agent/program.ts";
import { type Assignment, Programs, type Verdict } from "../../src/agent/programs.ts";

const graph: Report = { kind: "graph", graph: { resources: [], edges: [] } };
const accepted: Verdict = { kind: "accepted", swapped: Promise.resolve() };
const refused: Verdict = { kind: "refused", why: "why" };

/** A program that says something when it is told to. */
class Puppet {
  readonly told: string[] = [];
  signal: AbortSignal | undefined;
  verdict: Verdict = accepted;
  #waiting: PromiseWithResolvers<Report | undefined> | undefined;
  readonly assignment: Assignment;

  /** @param more for one that is given by nobody else: no `refused` */
  constructor(
    readonly name: string,
    more: Partial<Assignment> = {},
  ) {
    this.assignment = {
      start: (_, signal) => {
        this.signal = signal;
        const reports: Reports = { awaited: [], next: () => this.#next(signal) };
        return reports;
      },
      name,
      frontend: "lang",
      directory: "",
      place: undefined,
      options: { noop: false, sema: 0, autoedges: true, autogroup: true },
      inForce: () => this.told.push("in force"),
      refused: (why) => this.told.push(`refused: ${why}`),
      ...more,
    };
  }

  get hasEnded(): boolean {
    return this.signal?.aborted === true;
  }

  async say(): Promise<void> {
    this.#waiting?.resolve(graph);
    await turns();
  }

  #next(signal: AbortSignal): Promise<Report | undefined> {
    const waiting = Promise.withResolvers<Report | undefined>();
    this.#waiting = waiting;
    signal.addEventListener("abort", () => waiting.resolve(undefined), { once: true });
    return waiting.promise;
  }
}

async function turns(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
}

let puppets: Map<Assignment, Puppet>;
let applied: string[];
let crashes: unknown[];
let programs: Programs;
beforeEach(() => {
  puppets = new Map();
  applied = [];
  crashes = [];
  programs = new Programs({
    log: () => {},
    metrics: undefined,
    host: (_, signal) => createHost({ hostname: "h1", log: () => {}, signal }),
    apply: (assignment) => {
      const puppet = puppets.get(assignment);
      applied.push(puppet?.name ?? "");
      return puppet?.verdict ?? accepted;
    },
    judged: () => undefined,
    crash: (error) => crashes.push(error),
    changed: () => {},
  });
});

const assign = (puppet: Puppet): Puppet => {
  puppets.set(puppet.assignment, puppet);
  programs.assign(puppet.assignment);
  return puppet;
};

test("a program ends when the first graph of the next one is accepted, and not before", async () => {
  const a = assign(new Puppet("a"));
  await a.say();
  expect([a.told, programs.name]).toEqual([["in force"], "a"]);
  const b = assign(new Puppet("b"));
  await a.say();
  expect([a.hasEnded, programs.name]).toEqual([false, "a"]);
  await b.say();
  expect([a.hasEnded, b.hasEnded, programs.name]).toEqual([true, false, "b"]);
  await b.say();
  expect([b.told, applied]).toEqual([["in force"], ["a", "a", "b", "b"]]);
});

test("one that is refused goes on, and may be accepted later", async () => {
  const a = assign(new Puppet("a"));
  await a.say();
  const b = assign(new Puppet("b"));
  b.verdict = refused;
  await b.say();
  expect([b.told, a.hasEnded, b.hasEnded, programs.problem]).toEqual([["refused: why"], false, false, "why"]);
  b.verdict = accepted;
  await b.say();
  expect([b.told, a.hasEnded, programs.problem]).toEqual([["refused: why", "in force"], true, undefined]);
  b.verdict = refused;
  await b.say();
  expect([b.told.length, programs.name, programs.problem]).toEqual([2, "b", "why"]);
});

test("one that has not got that far ends when there is another, or when it is dismissed", async () => {
  const a = assign(new Puppet("a"));
  await a.say();
  const b = assign(new Puppet("b"));
  const c = assign(new Puppet("c"));
  expect([b.hasEnded, c.hasEnded]).toEqual([true, false]);
  programs.dismiss();
  await c.say();
  expect([c.hasEnded, a.hasEnded, programs.name, applied]).toEqual([true, false, "a", ["a"]]);
});

test("what an ended program still had to say is not applied", async () => {
  const a = assign(new Puppet("a"));
  await a.say();
  const b = assign(new Puppet("b"));
  // Both speak in the same moment.
  void b.say();
  void a.say();
  await turns();
  expect(applied).toEqual(["a", "b"]);
});

test("one that fails to start is refused; a program of the agent's own ends it", async () => {
  const fails = (): never => {
    throw new Error("no");
  };
  const sent = assign(new Puppet("sent", { start: fails }));
  expect([sent.told, crashes]).toEqual([["refused: no"], []]);
  const { refused: _, ...own } = new Puppet("own", { start: fails }).assignment;
  programs.assign(own);
  expect(crashes.map(String)).toEqual(["Error: no"]);
});

test("all end in the end, and nothing starts afterwards", async () => {
  const a = assign(new Puppet("a"));
  await a.say();
  const b = assign(new Puppet("b"));
  programs.end();
  const c = assign(new Puppet("c"));
  expect([a.hasEnded, b.hasEnded, c.signal]).toEqual([true, true, undefined]);
});
