import { afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { EtcdError } from "../../../etcd/client/error.ts";
import type { KnownDeploy } from "../../../src/agent/deploys/deploy-cache.ts";
import { DeployFollower, patienceWithStore } from "../../../src/agent/deploys/deploy-follower.ts";
import { ProgramTree } from "../../../src/agent/deploys/program-tree.ts";
import type { DeployChoice } from "../../../src/agent/options.ts";
import { prepareProgram } from "../../../src/agent/program.ts";
import type { Assignment } from "../../../src/agent/programs.ts";
import { Catalogue } from "../../../src/resources/catalogue.ts";
import { type Deploy, type TreeFile, UnreadableDeploy } from "../../../src/world/deploy-store.ts";
import type { DeployStatus } from "../../../src/world/host-status-store.ts";
import type { Listener } from "../../../src/world/listener.ts";
import { Scratch } from "../../e2e/support/scratch.ts";
import { ManualClock } from "../../engine/manual-clock.ts";

const away = new EtcdError("unreachable", "away");

const deploy = (id: number, files = `tree${id}`, more: Partial<Deploy> = {}): Deploy => ({
  id,
  frontend: "lang",
  files,
  options: { noop: false, sema: undefined, autoEdges: true, autoGroup: true },
  createdBy: "h1",
  createdAt: "2026-01-01T00:00:00Z",
  ...more,
});

const program = (text: string): readonly TreeFile[] => [
  { path: "main.mcl", mode: 0o644, content: Buffer.from(text) },
];
const sound = program(`noop "x" {}\n`);
const unsound = program("noop {");

/** With all that is loaded when it is first needed, so that compiling takes a few turns of the event loop. */
const kinds = new Catalogue();
beforeAll(async () => {
  const files = new ProgramTree(sound).asModuleFiles(undefined);
  await prepareProgram({ frontend: "lang", input: { kind: "directory", path: "" }, files }, kinds);
});

/** A follower, and what it works with. */
class Bench implements Disposable {
  readonly scratch = new Scratch();
  readonly clock = new ManualClock();
  readonly trees = new Map<string, readonly TreeFile[] | Error>();
  readonly assigned: Assignment[] = [];
  dismissed = 0;
  readonly reported: DeployStatus[] = [];
  readonly logged: string[] = [];
  readonly fetched: string[] = [];
  cached: KnownDeploy | undefined;
  listener: Listener<Deploy | undefined> | undefined;
  readonly #ends = new AbortController();

  start(choice: Partial<DeployChoice> = {}): void {
    const follower = new DeployFollower(
      {
        host: "h1",
        prefix: this.scratch.prefix,
        deploys: {
          followLatest: (listener) => {
            this.listener = listener;
          },
        },
        files: {
          get: async (uri) => {
            this.fetched.push(uri);
            const tree = this.trees.get(uri) ?? sound;
            if (tree instanceof Error) throw tree;
            return tree;
          },
        },
        cache: {
          load: () => this.cached,
          save: (known) => {
            this.cached = known;
          },
        },
        kinds,
        choice: { onlyNewer: false, onlyFirst: false, ...choice },
        autoedges: true,
        autogroup: true,
        agent: {
          assign: (assignment) => void this.assigned.push(assignment),
          dismiss: () => void this.dismissed++,
        },
        log: (level, _, message) => void this.logged.push(`${level}: ${message}`),
        report: (status) => void this.reported.push(status),
        clock: this.clock,
      },
      this.#ends.signal,
    );
    follower.start();
  }

  /** What the store tells, when it is followed. */
  async tell(told: Deploy | undefined | Error): Promise<void> {
    await turns();
    if (told instanceof Error) this.listener?.onError(told);
    else this.listener?.onValue(told);
    await turns();
  }

  get status(): DeployStatus | undefined {
    return this.reported.at(-1);
  }

  get names(): readonly string[] {
    return this.assigned.map(({ name }) => name);
  }

  /** The program started last comes into force. */
  accept(): void {
    this.assigned.at(-1)?.inForce?.();
  }

  [Symbol.dispose](): void {
    this.#ends.abort();
    this.scratch[Symbol.dispose]();
  }
}

/** Compiling takes some. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
}

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});
afterEach(() => bench[Symbol.dispose]());

test("a deploy is fetched, compiled, started, and in force once its graph is", async () => {
  bench.start();
  await bench.tell(undefined);
  expect(bench.status).toMatchObject({ id: undefined, state: "waiting" });
  await bench.tell(deploy(1));
  expect(bench.status).toEqual({ id: 1, state: "compiling", message: undefined, inForce: undefined });
  expect(bench.cached).toBeUndefined();
  bench.accept();
  expect(bench.status).toEqual({ id: 1, state: "running", message: undefined, inForce: 1 });
  expect(bench.reported.map(({ state }) => state)).toEqual(["waiting", "fetched", "compiling", "running"]);
  expect(bench.cached?.deploy.id).toBe(1);
});

test("those that are not the newest any more are skipped", async () => {
  bench.start();
  await turns();
  for (const id of [1, 2, 3, 4]) bench.listener?.onValue(deploy(id));
  await turns();
  expect(bench.names).toEqual(["deploy 4"]);
  expect(bench.fetched).not.toContain("tree2");
});

test("options of the deploy make those of the host stricter", async () => {
  bench.start();
  await bench.tell(deploy(1, "t", { options: { noop: true, sema: 3, autoEdges: false, autoGroup: true } }));
  expect(bench.assigned[0]?.options).toEqual({ noop: true, sema: 3, autoedges: false, autogroup: true });
});

test("one that says the same starts nothing anew, and ends what has not come into force", async () => {
  bench.start();
  await bench.tell(deploy(1, "a"));
  bench.accept();
  await bench.tell(deploy(2, "b"));
  const before = bench.dismissed;
  await bench.tell(deploy(3, "a"));
  expect(bench.names).toEqual(["deploy 1", "deploy 2"]);
  expect(bench.dismissed).toBe(before + 1);
  expect(bench.status).toMatchObject({ id: 3, state: "running", inForce: 3 });
});

describe("one that cannot be run", () => {
  test("because it is not sound, or not there, leaves what runs alone", async () => {
    bench.start();
    await bench.tell(deploy(1));
    bench.accept();
    bench.trees.set("tree2", unsound).set("tree3", new Error("gone"));
    await bench.tell(deploy(2));
    expect(bench.status).toMatchObject({ id: 2, state: "failed", inForce: 1 });
    await bench.tell(deploy(3));
    expect(bench.status).toMatchObject({ id: 3, state: "failed", message: "gone", inForce: 1 });
    expect(bench.names).toEqual(["deploy 1"]);
    expect(bench.cached?.deploy.id).toBe(1);
    await bench.tell(deploy(4));
    bench.accept();
    expect(bench.status).toMatchObject({ id: 4, state: "running", inForce: 4 });
  });

  test("because its graph is refused, may be accepted later", async () => {
    bench.start();
    await bench.tell(deploy(1));
    bench.accept();
    await bench.tell(deploy(2));
    bench.assigned[1]?.refused?.("why");
    expect(bench.status).toMatchObject({ id: 2, state: "failed", message: "why", inForce: 1 });
    bench.accept();
    expect(bench.status).toMatchObject({ id: 2, state: "running", inForce: 2 });
  });

  test("has the last one that could start, if nothing runs, and is tried again beside it", async () => {
    bench.cached = { deploy: deploy(1), files: sound };
    bench.start();
    await bench.tell(deploy(2));
    bench.assigned[0]?.refused?.("why");
    await turns();
    expect(bench.names).toEqual(["deploy 2", "deploy 1"]);
    bench.accept();
    expect(bench.status).toEqual({ id: 2, state: "failed", message: "why", inForce: 1 });
    expect(bench.names).toEqual(["deploy 2", "deploy 1", "deploy 2"]);
    bench.accept();
    expect(bench.status).toMatchObject({ id: 2, state: "running", inForce: 2 });
  });

  test("because nobody understands it, is a failure of that deploy", async () => {
    bench.cached = { deploy: deploy(1), files: sound };
    bench.start();
    await bench.tell(new UnreadableDeploy(5));
    await turns();
    expect(bench.names).toEqual(["deploy 1"]);
    bench.accept();
    expect(bench.status).toMatchObject({ id: 5, state: "failed", inForce: 1 });
  });
});

describe("while the store is away", () => {
  test("files are asked for until they come", async () => {
    bench.start();
    bench.trees.set("tree1", away);
    await bench.tell(deploy(1));
    expect(bench.status?.state).toBe("waiting");
    bench.trees.delete("tree1");
    bench.clock.advance(1000);
    await turns();
    expect(bench.fetched).toEqual(["tree1", "tree1"]);
    expect(bench.names).toEqual(["deploy 1"]);
  });

  test("they are not, once there is a newer deploy", async () => {
    bench.start();
    bench.trees.set("tree1", away);
    await bench.tell(deploy(1));
    await bench.tell(deploy(2));
    bench.clock.advance(1000);
    await turns();
    expect(bench.names).toEqual(["deploy 2"]);
  });

  test("the copy of the host is used after a time, and is as good as what it is a copy of", async () => {
    bench.cached = { deploy: deploy(1), files: sound };
    bench.start();
    await bench.tell(away);
    bench.clock.advance(patienceWithStore - 1);
    await turns();
    expect(bench.names).toEqual([]);
    bench.clock.advance(1);
    await turns();
    expect(bench.names).toEqual(["deploy 1"]);
    bench.accept();
    expect(bench.status).toMatchObject({ id: 1, state: "cached", inForce: 1 });
    await bench.tell(deploy(1));
    expect(bench.names).toEqual(["deploy 1"]);
    expect(bench.status).toMatchObject({ id: 1, state: "running", inForce: 1 });
    await bench.tell(deploy(2));
    bench.accept();
    expect(bench.status).toMatchObject({ id: 2, state: "running", inForce: 2 });
  });

  test("the copy does not take the place of what the store has told in time", async () => {
    bench.cached = { deploy: deploy(1), files: sound };
    bench.start();
    await bench.tell(deploy(2));
    bench.clock.advance(patienceWithStore);
    await turns();
    expect(bench.names).toEqual(["deploy 2"]);
  });

  test("nor what it tells while the copy is being compiled", async () => {
    bench.cached = { deploy: deploy(1), files: sound };
    bench.start();
    await turns();
    bench.clock.advance(patienceWithStore);
    bench.listener?.onValue(deploy(2));
    await turns();
    expect(bench.names.at(-1)).toBe("deploy 2");
  });

  test("the copy is of no use to who wants only what is newer", async () => {
    bench.cached = { deploy: deploy(1), files: sound };
    bench.start({ onlyNewer: true });
    await turns();
    bench.clock.advance(patienceWithStore);
    await turns();
    expect(bench.names).toEqual([]);
  });
});

test("only newer ones, if that is what is wanted", async () => {
  bench.start({ onlyNewer: true });
  await bench.tell(deploy(3));
  expect(bench.names).toEqual([]);
  await bench.tell(deploy(4));
  expect(bench.names).toEqual(["deploy 4"]);
});

test("only the first that can be run, if that is what is wanted", async () => {
  bench.start({ onlyFirst: true });
  bench.trees.set("tree1", unsound);
  await bench.tell(deploy(1));
  await bench.tell(deploy(2));
  bench.accept();
  await bench.tell(deploy(3));
  expect(bench.names).toEqual(["deploy 2"]);
});

test("what the store says counts, even if it has been set back", async () => {
  bench.start();
  await bench.tell(deploy(5));
  bench.accept();
  await bench.tell(deploy(2));
  expect(bench.names).toEqual(["deploy 5", "deploy 2"]);
  expect(bench.logged.join()).toContain("the store has been set back");
  await bench.tell(undefined);
  expect(bench.names).toHaveLength(2);
});

test("what is told once more does not start once more", async () => {
  bench.start();
  await bench.tell(deploy(1));
  await bench.tell(away);
  await bench.tell(deploy(1));
  expect(bench.names).toEqual(["deploy 1"]);
});
