/** What holds for all resources of a graph: whether anything may be changed, and how many work at once. */
import { expect, test } from "bun:test";
import type { EngineGraph } from "../../src/engine/graph.ts";
import type { Resource } from "../../src/engine/resource.ts";
import { Lab } from "./lab.ts";

/** A resource that is wrong until it is made right. */
function broken(
  lab: Lab,
  name: string,
  applied: string[],
  more: Parameters<Lab["resource"]>[1] = {},
): Resource {
  let isRight = false;
  return lab.resource(name, {
    check: ({ apply }) => {
      if (isRight) return true;
      if (apply) {
        isRight = true;
        applied.push(name);
      }
      return false;
    },
    ...more,
  });
}

const with_ = (
  lab: Lab,
  resources: readonly Resource[],
  options: Partial<EngineGraph>,
  edges: string[] = [],
) => lab.engine.swap({ ...lab.graph(resources, edges), ...options });

test("a graph in noop mode changes nothing; what stays is looked at again, and made right, when the mode ends", async () => {
  const lab = new Lab();
  const applied: string[] = [];
  const resources = [broken(lab, "a", applied)];
  await with_(lab, resources, { noop: true });
  await lab.engine.settled();
  expect(applied).toEqual([]);
  expect(lab.engine.status()[0]?.state).toBe("noop");
  await with_(lab, resources, { noop: false });
  await lab.engine.settled();
  expect(applied).toEqual(["a"]);
  expect(lab.engine.status()[0]?.state).toBe("ok");
  expect(lab.history).toEqual(["open a", "watch a"]);
});

test("the same, the other way round: drift is seen and left alone", async () => {
  const lab = new Lab();
  let right = false;
  const resources = [
    lab.resource("a", {
      check: ({ apply }) => {
        const was = right;
        if (apply) right = true;
        return was;
      },
    }),
  ];
  await with_(lab, resources, {});
  await lab.engine.settled();
  expect(right).toBe(true);
  right = false;
  const checks = lab.checked.length;
  await with_(lab, resources, { noop: true });
  await lab.engine.settled();
  expect(lab.checked.length).toBe(checks + 1);
  expect(right).toBe(false);
  expect(lab.engine.status()[0]).toMatchObject({ state: "noop", changes: 1 });
});

test("no graph undoes the noop mode of the environment", async () => {
  const lab = new Lab({ noop: true });
  const applied: string[] = [];
  await with_(lab, [broken(lab, "a", applied)], { noop: false });
  await lab.engine.settled();
  expect(applied).toEqual([]);
});

test("a check that began before goes on as it began, and its change counts", async () => {
  const lab = new Lab();
  const { promise, resolve } = Promise.withResolvers<boolean>();
  let first = true;
  const resources = [
    lab.resource("a", {
      check: () => {
        if (!first) return true;
        first = false;
        return promise;
      },
    }),
    lab.resource("b", { refreshable: true }),
  ];
  void with_(lab, resources, {}, ["a => b"]);
  await turns();
  await with_(lab, resources, { noop: true }, ["a => b"]);
  resolve(false);
  await lab.engine.settled();
  expect(lab.engine.status()[0]).toMatchObject({ key: "test[a]", state: "ok", changes: 1 });
});

test("a notification that noop mode has left alone is acted on afterwards", async () => {
  const lab = new Lab();
  const refreshed: boolean[] = [];
  let wrong = true;
  const resources = [
    lab.resource("a", {
      meta: {},
      check: () => {
        const was = wrong;
        wrong = false;
        return !was;
      },
    }),
    lab.resource("b", {
      refreshable: true,
      check: ({ refresh, apply }) => {
        if (apply) refreshed.push(refresh);
        return true;
      },
    }),
  ];
  await with_(lab, resources, {}, ["a => b"]);
  await lab.engine.settled();
  expect(refreshed).toEqual([true]);
  await with_(lab, resources, { noop: true }, ["a => b"]);
  await lab.engine.settled();
  await with_(lab, resources, { noop: false }, ["a => b"]);
  await lab.engine.settled();
  expect(refreshed.at(-1)).toBe(false);
});

test("what failed for good has another chance when the mode changes", async () => {
  const lab = new Lab();
  let fails = true;
  const resources = [
    lab.resource("a", {
      check: () => {
        if (fails) throw new Error("no");
        return true;
      },
    }),
  ];
  await with_(lab, resources, { noop: true });
  await lab.engine.settled();
  expect(lab.engine.status()[0]?.state).toBe("failed");
  fails = false;
  await with_(lab, resources, {});
  await lab.engine.settled();
  expect(lab.engine.status()[0]?.state).toBe("ok");
});

/** Checks that go on until they are told to end, and how many there are at a time. */
class Workers {
  running = 0;
  most = 0;
  readonly #ends: (() => void)[] = [];

  readonly check = (): Promise<boolean> => {
    this.most = Math.max(this.most, ++this.running);
    return new Promise((resolve) =>
      this.#ends.push(() => {
        this.running--;
        resolve(true);
      }),
    );
  };

  endOne(): void {
    this.#ends.shift()?.();
  }
}

const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
};

test("how many work at once is the least of what the environment and the graph say", async () => {
  for (const [environment, graph, most] of [
    [-1, 2, 2],
    [3, 2, 2],
    [1, 2, 1],
    [3, undefined, 3],
    [0, 0, 4],
  ] as const) {
    const lab = new Lab({ sema: environment });
    const workers = new Workers();
    const resources = ["a", "b", "c", "d"].map((name) => lab.resource(name, { check: workers.check }));
    void with_(lab, resources, graph === undefined ? {} : { sema: graph });
    await turns();
    expect([environment, graph, workers.most]).toEqual([environment, graph, most]);
    for (let end = 0; end < 4; end++) {
      workers.endOne();
      await turns();
    }
    await lab.engine.settled();
  }
});

test("those who wait for their turn do so by the limit of the new graph", async () => {
  const lab = new Lab();
  const workers = new Workers();
  const resources = ["a", "b", "c", "d"].map((name) => lab.resource(name, { check: workers.check }));
  void with_(lab, resources, { sema: 1 });
  await turns();
  expect(workers.running).toBe(1);
  void with_(lab, resources, { sema: 3 });
  await turns();
  expect(workers.running).toBe(4);
  for (let end = 0; end < 4; end++) {
    workers.endOne();
    await turns();
  }
  await lab.engine.settled();
  expect(lab.engine.status().map(({ state }) => state)).toEqual(["ok", "ok", "ok", "ok"]);
});

test("what is to be put back later is kept when noop mode ends", async () => {
  const kept: string[] = [];
  const lab = new Lab({
    reversals: {
      all: new Map(),
      put: (reversal) => void kept.push(reversal.name),
      remove: () => {},
    },
  });
  const resources = [lab.resource("a", { meta: { reverse: true }, reversal: () => ({}) }), lab.resource("b")];
  await with_(lab, resources, { noop: true });
  await lab.engine.settled();
  expect(kept).toEqual([]);
  await with_(lab, resources, {});
  await lab.engine.settled();
  expect(kept).toEqual(["a"]);
  expect(lab.history.filter((line) => line.startsWith("watch b"))).toHaveLength(1);
});
