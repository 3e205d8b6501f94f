import { describe, expect, test } from "bun:test";
import type { EngineGraph } from "../../src/engine/graph.ts";
import type { Behavior } from "../../src/engine/resource.ts";
import { localWorld } from "../../src/world/local.ts";
import { Lab, quiet, until } from "./lab.ts";

describe("what stays", () => {
  test("equal resources: no check, the same watch", async () => {
    const lab = new Lab();
    const names = ["a", "b", "c"];
    const make = () => names.map((name) => lab.resource(name, { meta: { sema: ["x", "y"] } }));
    await lab.run(make(), ["a -> b", "b => c"]);
    lab.takeChecked();
    lab.history.length = 0;
    await lab.run(
      names.map((name) => lab.resource(name, { meta: { sema: ["y", "x", "y"], retryreset: true } })),
      ["a -> b", "b => c"],
    );
    expect(lab.checked).toEqual([]);
    expect(lab.history).toEqual([]);
  });

  test("only what differs is touched", async () => {
    const lab = new Lab();
    await lab.run(
      ["a", "b", "c"].map((name) => lab.resource(name)),
      ["a -> b"],
    );
    lab.takeChecked();
    lab.history.length = 0;
    await lab.run(
      [lab.resource("a"), lab.resource("b", { fields: { mode: "0600" } }), lab.resource("d")],
      ["a -> b"],
    );
    expect(lab.checked).toEqual(["d", "b"]);
    expect(lab.history).toEqual([
      "unwatch b",
      "unwatch c",
      "open d",
      "watch d",
      "cleanup b",
      "cleanup c",
      "open b",
      "watch b",
    ]);
  });

  test("each metaparameter but retryreset counts", async () => {
    const lab = new Lab();
    await lab.run([lab.resource("a")]);
    for (const meta of [
      { retry: 1 },
      { noop: true },
      { poll: 3 },
      { limit: 2, burst: 1 },
      { autogroup: false },
    ]) {
      lab.takeChecked();
      await lab.run([lab.resource("a", { meta })]);
      expect(lab.checked).toEqual(["a"]);
    }
  });

  test("new edges hold for it from then on", async () => {
    const lab = new Lab();
    let wrong = false;
    const seen: boolean[] = [];
    const a = lab.resource("a", { check: () => !wrong });
    const b = lab.resource("b", { refreshable: true, check: ({ refresh }) => seen.push(refresh) > 0 });
    await lab.run([a, b]);
    await lab.run([a, b], ["a => b"]);
    expect(seen).toEqual([false]);
    wrong = true;
    lab.event("a");
    await lab.engine.settled();
    expect(seen).toEqual([false, true]);
  });

  test("a running check goes on, and the swap does not wait for it", async () => {
    const lab = new Lab();
    const gate = Promise.withResolvers<boolean>();
    const aborts: string[] = [];
    const slow = lab.resource("slow", {
      check: ({ signal }) => {
        signal.addEventListener("abort", () => aborts.push("slow"));
        return gate.promise;
      },
    });
    await lab.swap([slow, lab.resource("a")]);
    await until(() => lab.checked.length === 2);
    await lab.swap([slow, lab.resource("b")]);
    await until(() => lab.checked.includes("b"));
    gate.resolve(true);
    await lab.engine.settled();
    expect(aborts).toEqual([]);
    expect(lab.checked).toEqual(["a", "slow", "b"]);
  });

  test("a resource that failed stays failed, unless it is to be watched again", async () => {
    for (const rewatch of [false, true]) {
      const lab = new Lab();
      let broken = true;
      const check = (): boolean => {
        if (broken) throw new Error("broken");
        return true;
      };
      const make = () => lab.resource("a", { check, meta: { rewatch } });
      await lab.run([make()]);
      broken = false;
      await lab.run([make()]);
      expect(lab.states()).toEqual([rewatch ? "a: ok" : "a: failed"]);
    }
  });

  test("who looked at its peers looks again when they change, and only then", async () => {
    const lab = new Lab();
    const seen: string[] = [];
    const purging = lab.resource("dir", {
      check: (_run, context) => {
        const names = context.peers().map(({ name }) => name);
        seen.push(names.join(" "));
        return true;
      },
    });
    const other = lab.resource("x", { kind: "other" });
    await lab.run([purging, lab.resource("a"), lab.resource("h", { meta: { hidden: true } })]);
    await lab.run([purging, lab.resource("a"), other]);
    await lab.run([purging, lab.resource("a")]);
    await lab.run([purging, lab.resource("a"), lab.resource("b")]);
    expect(seen).toEqual(["a", "a", "a b"]);
  });
});

describe("pending notifications", () => {
  test("survive when the receiver is replaced", async () => {
    const lab = new Lab();
    const seen: string[] = [];
    const make = (version: string) =>
      lab.resource("s", {
        refreshable: true,
        fields: { version },
        check: ({ refresh }) => {
          seen.push(`${version} ${refresh}`);
          if (version === "1") throw new Error("does not reload");
          return true;
        },
      });
    const a = lab.resource("a", { check: () => lab.checked.length > 1 });
    await lab.run([a, make("1")], ["a => s"]);
    await lab.run([a, make("2")], ["a => s"]);
    expect(seen).toEqual(["1 true", "2 true"]);
  });

  test("end with a version of the receiver that has no use for them", async () => {
    const lab = new Lab();
    const told: boolean[] = [];
    const make = (version: string, refreshable: boolean) =>
      lab.resource("s", {
        refreshable,
        watch: "late",
        fields: { version },
        check: ({ refresh }) => told.push(refresh) > 0,
      });
    let right = false;
    const a = lab.resource("a", {
      check: () => {
        const was = right;
        right = true;
        return was;
      },
    });
    await lab.swap([a, make("1", true)], ["a => s"]);
    await until(() => right);
    await lab.swap([a, make("2", false)], ["a => s"]);
    await lab.swap([a, make("3", true)], ["a => s"]);
    lab.ready("s");
    await lab.engine.settled();
    expect(told).toEqual([false]);
  });

  test("survive an identical graph, and the replacement of the sender", async () => {
    const lab = new Lab();
    const seen: boolean[] = [];
    let broken = true;
    const s = lab.resource("s", {
      refreshable: true,
      meta: { retry: 5, delay: 1000 },
      check: ({ refresh }) => {
        seen.push(refresh);
        if (broken) throw new Error("does not reload");
        return true;
      },
    });
    let wrong = true;
    const make = (version: string) => lab.resource("a", { fields: { version }, check: () => !wrong });
    await lab.swap([make("1"), s], ["a => s"]);
    await until(() => seen.length === 1);
    wrong = false;
    await lab.swap([make("1"), s], ["a => s"]);
    await lab.swap([make("2"), s], ["a => s"]);
    broken = false;
    lab.clock.advance(1000);
    await lab.engine.settled();
    expect(seen).toEqual([true, true]);
  });
});

describe("what leaves", () => {
  test("is gone before its replacement opens; its check is given up", async () => {
    const lab = new Lab();
    const check = ({ signal }: { signal: AbortSignal }): Promise<boolean> =>
      new Promise((_resolve, reject) =>
        signal.addEventListener("abort", () => {
          lab.history.push("given up");
          reject(new Error("given up"));
        }),
      );
    await lab.swap([lab.resource("a", { check })]);
    await until(() => lab.checked.length === 1);
    lab.history.length = 0;
    await lab.run([lab.resource("a", { fields: { v: "2" } })]);
    expect(lab.history).toEqual(["unwatch a", "given up", "cleanup a", "open a", "watch a"]);
    expect(lab.states()).toEqual(["a: ok"]);
    expect(lab.runs.filter(({ error }) => error !== undefined)).toEqual([]);
  });

  test("does not hold up the new graph for ever, nor others at all", async () => {
    const lab = new Lab();
    await lab.swap([lab.resource("a", { check: () => new Promise(() => undefined) }), lab.resource("other")]);
    await until(() => lab.checked.length === 2);
    const swapped = lab.swap([lab.resource("a", { fields: { v: "2" } }), lab.resource("other")]);
    await quiet();
    lab.event("other");
    await until(() => lab.checked.length === 3);
    expect(lab.checked).toEqual(["a", "other", "other"]);
    lab.clock.advance(30_000);
    await quiet();
    lab.clock.advance(1000);
    await swapped;
    await lab.engine.settled();
    expect(lab.states()).toEqual(["a: ok", "other: ok"]);
    expect(lab.logged).toContain("error test[a]: the check did not end within 30 s and is left behind");
  });

  test("holds up only what takes its place: by its name, or as the same thing under another", async () => {
    const lab = new Lab();
    const gate = Promise.withResolvers<void>();
    const old = lab.resource("a", { identities: ["file:/x"], cleanup: () => gate.promise });
    await lab.run([old]);
    lab.takeChecked();
    const again = lab.resource("b", { identities: ["file:/x"] });
    const swapped = lab.swap([lab.resource("a", { fields: { v: "2" } }), again, lab.resource("c")]);
    await until(() => lab.checked.length === 1);
    await quiet();
    expect(lab.takeChecked()).toEqual(["c"]);
    // Another graph does not wait either, and what has not been opened yet need not be.
    const next = lab.swap([again, lab.resource("d")]);
    await until(() => lab.checked.length === 1);
    await quiet();
    expect(lab.takeChecked()).toEqual(["d"]);
    gate.resolve();
    await Promise.all([swapped, next]);
    await lab.engine.settled();
    expect(lab.takeChecked()).toEqual(["b"]);
    expect(lab.history.filter((line) => line.startsWith("open"))).toEqual([
      "open a",
      "open c",
      "open d",
      "open b",
    ]);
  });

  test("and opens too late is cleaned up before its replacement opens", async () => {
    const lab = new Lab();
    const opened = Promise.withResolvers<Behavior>();
    const cleaned = Promise.withResolvers<void>();
    const old = lab.resource("a", { open: () => opened.promise });
    const swaps = [lab.swap([old]), lab.swap([lab.resource("a", { fields: { v: "2" } })])];
    opened.resolve({ checkApply: () => true, cleanup: () => cleaned.promise });
    await quiet();
    expect(lab.history).toEqual(["open a"]);
    cleaned.resolve();
    await Promise.all(swaps);
    expect(lab.history).toEqual(["open a", "open a", "watch a"]);
  });

  test("and has repaired something of which nobody was told tells of it", async () => {
    const world = localWorld("/nonexistent");
    const put = (): Promise<boolean> => Promise.reject(new Error("no room"));
    const exports = { ...world.exports, put, list: async () => [], followStale: () => {} };
    const lab = new Lab({ world: { ...world, exports } });
    const told: boolean[] = [];
    const s = lab.resource("s", { refreshable: true, check: ({ refresh }) => told.push(refresh) > 0 });
    const a = lab.resource("a", { meta: { export: ["*"] }, check: () => false });
    await lab.run([a, s], ["a => s"]);
    expect(lab.states()).toEqual(["a: failed", "s: blocked"]);
    await lab.run([s]);
    expect(told).toEqual([true]);
  });

  test("a failing cleanup concerns nobody else", async () => {
    const lab = new Lab();
    const cleanup = (): never => {
      throw new Error("still mounted");
    };
    await lab.run([lab.resource("a", { cleanup }), lab.resource("b", { cleanup: async () => cleanup() })]);
    await lab.run([lab.resource("c")]);
    expect(lab.states()).toEqual(["c: ok"]);
    expect(lab.logged).toContain("error test[a]: could not clean up: still mounted");
    expect(lab.logged).toContain("error test[b]: could not clean up: still mounted");
  });
});

describe("Meta:realize", () => {
  const meta = { realize: true };

  test("a new graph waits until what it does without was applied once", async () => {
    const lab = new Lab();
    const gate = Promise.withResolvers<boolean>();
    const first = lab.resource("first", { check: () => gate.promise });
    await lab.swap([first, lab.resource("short", { meta })], ["first -> short"]);
    const swapped = lab.swap([lab.resource("b")]);
    const latest = lab.swap([lab.resource("c")]);
    await quiet();
    expect(lab.checked).toEqual(["first"]);
    expect(lab.logged).toContain(
      "info engine: a new graph waits until test[short] was applied once (Meta:realize)",
    );
    gate.resolve(false);
    await Promise.all([swapped, latest]);
    await lab.engine.settled();
    expect(lab.checked).toEqual(["first", "short", "c"]);
    expect(lab.states()).toEqual(["c: ok"]);
  });

  test("not for what was, for what failed, for what waits for that, and not at the end", async () => {
    for (const [check, retry] of [
      [() => true, 0],
      [() => Promise.reject(new Error("broken")), 0],
      [() => Promise.reject(new Error("broken")), -1],
    ] as const) {
      const lab = new Lab();
      await lab.swap(
        [lab.resource("first", { check, meta: { retry, delay: 1000 } }), lab.resource("short", { meta })],
        ["first -> short"],
      );
      await until(() => lab.checked.length > 0);
      await quiet();
      await lab.swap([lab.resource("b")]);
      await lab.engine.settled();
      expect(lab.states()).toEqual(["b: ok"]);
    }
    const lab = new Lab();
    await lab.swap([lab.resource("late", { meta, watch: "late" })]);
    const swapped = lab.swap([]);
    await lab.engine.stop();
    await swapped;
  });
});

describe("graphs", () => {
  test("that cannot be run leave the running one as it is", async () => {
    const lab = new Lab();
    const [a, b, c] = [lab.resource("a"), lab.resource("b"), lab.resource("c")];
    await lab.run([a, b], ["a -> b"]);
    const cases: [EngineGraph, string][] = [
      [
        lab.graph([a, b, c], ["a -> b", "b -> c", "c -> b"]),
        "the resources depend on each other in a cycle: test[b] -> test[c] -> test[b]",
      ],
      [lab.graph([a, a]), "test[a] is in the graph twice"],
      [lab.graph([lab.resource("")]), "test[]: a resource needs a name"],
      [
        lab.graph([lab.resource("$x")]),
        "test[$x]: the name begins with a dollar sign: a forgotten interpolation? If not, set Meta:dollar => true",
      ],
      [lab.graph([lab.resource("x", { validate: () => "mode is odd" })]), "test[x]: mode is odd"],
    ];
    for (const [graph, message] of cases) {
      expect(() => lab.engine.swap(graph)).toThrow(message);
    }
    lab.event("a");
    await lab.engine.settled();
    expect(lab.checked).toEqual(["a", "b", "a"]);
    expect(lab.engine.edges()).toEqual([{ from: "test[a]", to: "test[b]", notify: false, auto: false }]);
  });

  test("that come faster than they can be taken: the latest wins", async () => {
    const lab = new Lab();
    const gate = Promise.withResolvers<void>();
    await lab.run([lab.resource("a", { cleanup: () => gate.promise })]);
    const swaps = ["b", "c", "d"].map((name) => lab.swap([lab.resource(name)]));
    gate.resolve();
    await Promise.all(swaps);
    await lab.engine.settled();
    expect(lab.checked).toEqual(["a", "d"]);
    expect(lab.states()).toEqual(["d: ok"]);
  });

  test("fifty in a row, each with half of the one before", async () => {
    const lab = new Lab();
    for (let round = 0; round < 50; round++) {
      await lab.swap(
        [lab.resource(`r${round}`), lab.resource(`r${round + 1}`)],
        [`r${round} -> r${round + 1}`],
      );
    }
    await lab.engine.settled();
    expect(lab.states()).toEqual(["r49: ok", "r50: ok"]);
    expect(lab.history.filter((line) => line.startsWith("watch")).length).toBe(51);
  });
});
