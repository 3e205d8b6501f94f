import { describe, expect, test } from "bun:test";
import { Lab, quiet, until } from "./lab.ts";

const chain = (length: number): string[] => Array.from({ length }, (_, index) => `v${index}`);
const links = (names: readonly string[], arrow = "->"): string[] =>
  names.slice(1).map((name, index) => `${names[index]} ${arrow} ${name}`);

describe("who runs", () => {
  test("each resource once, after everything before it", async () => {
    const lab = new Lab();
    const names = ["d", "c", "b", "a"];
    await lab.run(
      names.map((name) => lab.resource(name)),
      ["d -> b", "d -> c", "b -> a", "c -> a"],
    );
    expect(lab.checked).toEqual(["d", "b", "c", "a"]);
    expect(lab.states()).toEqual(["a: ok", "b: ok", "c: ok", "d: ok"]);
  });

  test("independent resources at the same time", async () => {
    const lab = new Lab();
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const names = chain(20);
    await lab.swap(names.map((name) => lab.resource(name, { check: () => promise })));
    await until(() => lab.checked.length === 20);
    expect(lab.engine.busy).toBe(true);
    resolve(true);
    await lab.engine.settled();
    expect(lab.checked.length).toBe(20);
  });

  test("an event runs what it is about and nothing else", async () => {
    const lab = new Lab();
    const names = chain(100);
    await lab.run(
      names.map((name) => lab.resource(name)),
      links(names),
    );
    for (const name of ["v99", "v50", "v0"]) {
      lab.takeChecked();
      lab.event(name);
      await lab.engine.settled();
      expect(lab.checked).toEqual([name]);
    }
  });

  test("a burst of events causes one check", async () => {
    const lab = new Lab();
    await lab.run([lab.resource("a")]);
    lab.takeChecked();
    for (let count = 0; count < 100; count++) lab.event("a");
    await lab.engine.settled();
    expect(lab.checked).toEqual(["a"]);
  });

  test("an event during a check causes another one, never two at once", async () => {
    const lab = new Lab();
    const checks: PromiseWithResolvers<boolean>[] = [];
    const check = (): Promise<boolean> => {
      const next = Promise.withResolvers<boolean>();
      checks.push(next);
      return next.promise;
    };
    await lab.swap([lab.resource("a", { check })]);
    await until(() => checks.length === 1);
    lab.event("a");
    lab.event("a");
    await quiet();
    expect(checks.length).toBe(1);
    checks[0]?.resolve(false);
    await until(() => checks.length === 2);
    checks[1]?.resolve(true);
    await lab.engine.settled();
    expect(lab.checked).toEqual(["a", "a"]);
    expect(lab.status("a").changes).toBe(1);
  });

  test("nothing runs before its watch is armed, even after what comes before it", async () => {
    const lab = new Lab();
    await lab.swap([lab.resource("a"), lab.resource("b", { watch: "late" })], ["a => b"]);
    await until(() => lab.checked.includes("a"));
    await quiet();
    expect(lab.checked).toEqual(["a"]);
    expect(lab.engine.busy).toBe(true);
    lab.ready("b");
    await lab.engine.settled();
    expect(lab.checked).toEqual(["a", "b"]);
  });

  test("a resource waits while the one before it drifts", async () => {
    const lab = new Lab();
    let gate: PromiseWithResolvers<boolean> | undefined;
    const a = lab.resource("a", { check: () => gate?.promise ?? true });
    await lab.run([a, lab.resource("b")], ["a -> b"]);
    lab.takeChecked();
    gate = Promise.withResolvers();
    lab.event("b");
    lab.event("a");
    await until(() => lab.checked.includes("a"));
    await quiet();
    expect(lab.checked).toEqual(["a"]);
    gate.resolve(false);
    await lab.engine.settled();
    expect(lab.checked).toEqual(["a", "b"]);
  });

  test("thousands of synchronous checks leave room for timers", async () => {
    const lab = new Lab();
    const names = chain(200);
    const busy = (): boolean => {
      const end = performance.now() + 0.5;
      while (performance.now() < end);
      return true;
    };
    let left = -1;
    await lab.swap(names.map((name) => lab.resource(name, { check: busy, watch: "none" })));
    setTimeout(() => {
      left = names.length - lab.checked.length;
    }, 0);
    await lab.engine.settled();
    expect(left).toBeGreaterThan(0);
  });

  test("so do chains of checks that are asynchronous in name only", async () => {
    const lab = new Lab();
    const names = chain(200);
    const busy = async (): Promise<boolean> => {
      const end = performance.now() + 0.5;
      while (performance.now() < end);
      return true;
    };
    let left = -1;
    await lab.swap(
      names.map((name) => lab.resource(name, { check: busy })),
      links(names),
    );
    setTimeout(() => {
      left = names.length - lab.checked.length;
    }, 0);
    await lab.engine.settled();
    expect(left).toBeGreaterThan(0);
  });

  test("chains of thousands do not overflow the stack, blocked ones neither", async () => {
    const lab = new Lab();
    const names = chain(20_000);
    let broken = true;
    const first = lab.resource("v0", {
      check: () => {
        if (broken) throw new Error("broken");
        return true;
      },
      meta: { rewatch: true },
    });
    const rest = names.slice(1).map((name) => lab.resource(name, { watch: "none" }));
    await lab.run([first, ...rest], links(names));
    expect(lab.status("v19999").blockedBy).toEqual(["test[v0]"]);
    broken = false;
    await lab.run([first, ...rest], links(names));
    expect(lab.engine.status().every(({ state }) => state === "ok")).toBe(true);
  });
});

describe("notifications", () => {
  const told: string[] = [];
  const script = (name: string) => ({
    refreshable: true,
    check: ({ refresh }: { refresh: boolean }) => {
      if (refresh) told.push(name);
      return true;
    },
  });
  const takeTold = (): string[] => told.splice(0);

  test("reach a resource at once, whoever else comes before it", async () => {
    const lab = new Lab();
    let wrong = false;
    const p1 = lab.resource("p1", { check: () => !wrong });
    await lab.run([p1, lab.resource("p2"), lab.resource("s", script("s"))], ["p1 => s", "p2 => s"]);
    expect(takeTold()).toEqual([]);
    lab.takeChecked();
    wrong = true;
    lab.event("p1");
    await lab.engine.settled();
    expect(lab.checked).toEqual(["p1", "s"]);
    expect(takeTold()).toEqual(["s"]);
  });

  test("come from changes only, and go along notifying edges only", async () => {
    const lab = new Lab();
    const right = lab.resource("right");
    const wrong = lab.resource("wrong", { check: () => false });
    const all = ["s1", "s2", "s3"].map((name) => lab.resource(name, script(name)));
    await lab.run([right, wrong, ...all], ["right => s1", "wrong -> s2", "wrong => s3"]);
    expect(takeTold()).toEqual(["s3"]);
  });

  test("pass through those that have no use for them", async () => {
    const lab = new Lab();
    let wrong = false;
    const a = lab.resource("a", { check: () => !wrong });
    await lab.run([a, lab.resource("b"), lab.resource("s", script("s"))], ["a => b", "b => s"]);
    lab.takeChecked();
    wrong = true;
    lab.event("a");
    await lab.engine.settled();
    expect(lab.checked).toEqual(["a", "s"]);
    expect(takeTold()).toEqual(["s"]);
  });

  test("are repeated until the resource succeeds, then over", async () => {
    const lab = new Lab();
    const seen: boolean[] = [];
    let failures = 2;
    const s = lab.resource("s", {
      refreshable: true,
      meta: { retry: 5 },
      check: ({ refresh }) => {
        seen.push(refresh);
        if (failures-- > 0) throw new Error("not now");
        return true;
      },
    });
    await lab.run([lab.resource("a", { check: () => false }), s], ["a => s"]);
    lab.event("s");
    await lab.engine.settled();
    expect(seen).toEqual([true, true, true, false]);
  });

  test("that arrive during a check are not lost", async () => {
    const lab = new Lab();
    const seen: boolean[] = [];
    const gate = Promise.withResolvers<boolean>();
    let wrong = false;
    const s = lab.resource("s", {
      refreshable: true,
      check: ({ refresh }) => {
        seen.push(refresh);
        return seen.length === 2 ? gate.promise : true;
      },
    });
    await lab.run([lab.resource("a", { check: () => !wrong }), s], ["a => s"]);
    lab.event("s");
    await until(() => seen.length === 2);
    wrong = true;
    lab.event("a");
    await quiet();
    gate.resolve(true);
    await lab.engine.settled();
    expect(seen).toEqual([false, false, true]);
  });
});

describe("metaparameters", () => {
  test("poll: checks now and every so many seconds, without a watch", async () => {
    const lab = new Lab();
    await lab.run([lab.resource("a", { meta: { poll: 5 } })]);
    expect(lab.watching("a")).toBe(false);
    for (let round = 2; round < 5; round++) {
      lab.clock.advance(4999);
      await lab.engine.settled();
      lab.clock.advance(1);
      await lab.engine.settled();
      expect(lab.checked.length).toBe(round);
    }
  });

  test("poll below zero: checks once, and when something else says so", async () => {
    const lab = new Lab();
    const s = lab.resource("s", { refreshable: true, meta: { poll: -1 } });
    await lab.run([lab.resource("a", { check: () => false }), s], ["a => s"]);
    lab.clock.advance(1_000_000);
    await lab.engine.settled();
    expect(lab.checked).toEqual(["a", "s"]);
    lab.event("a");
    await lab.engine.settled();
    expect(lab.checked).toEqual(["a", "s", "a", "s"]);
    expect(lab.watching("s")).toBe(false);
  });

  test("limit and burst: events beyond them wait, and are dealt with together", async () => {
    const lab = new Lab();
    await lab.run([lab.resource("a", { meta: { limit: 0.5, burst: 2 } })]);
    lab.takeChecked();
    for (let count = 0; count < 5; count++) {
      lab.event("a");
      await quiet();
    }
    expect(lab.checked.length).toBe(2);
    expect(lab.engine.busy).toBe(true);
    lab.clock.advance(1999);
    await quiet();
    expect(lab.checked.length).toBe(2);
    lab.clock.advance(1);
    await lab.engine.settled();
    expect(lab.checked.length).toBe(3);
  });

  test("limit: what is not an event is not limited", async () => {
    const lab = new Lab();
    let wrong = false;
    const s = lab.resource("s", { refreshable: true, meta: { limit: 0, burst: 1 } });
    await lab.run([lab.resource("a", { check: () => !wrong }), s], ["a => s"]);
    wrong = true;
    for (let count = 0; count < 3; count++) {
      lab.event("a");
      await lab.engine.settled();
    }
    expect(lab.checked).toEqual(["a", "s", "a", "s", "a", "s", "a", "s"]);
  });

  test("sema: so many at once, listed twice or not, and all get their turn", async () => {
    const lab = new Lab();
    let now = 0;
    let most = 0;
    const gates: (() => void)[] = [];
    const check = (): Promise<boolean> =>
      new Promise((resolve) => {
        most = Math.max(most, ++now);
        gates.push(() => {
          now--;
          resolve(true);
        });
      });
    const names = chain(7);
    await lab.swap(names.map((name) => lab.resource(name, { check, meta: { sema: ["s:2", "s:2"] } })));
    for (let count = 0; count < names.length; count++) {
      await until(() => gates.length > 0);
      await quiet();
      gates.shift()?.();
    }
    await lab.engine.settled();
    expect(most).toBe(2);
    expect(lab.checked.length).toBe(7);
  });

  test("hidden: neither opened nor watched nor checked, yet a place in the graph", async () => {
    const lab = new Lab();
    const hidden = lab.resource("h", { meta: { hidden: true }, validate: () => "never asked" });
    const same = lab.resource("h", { meta: { hidden: true } });
    await lab.run([lab.resource("a"), hidden, same, lab.resource("b")], ["a -> h", "h -> b"]);
    expect(lab.checked).toEqual(["a", "b"]);
    expect(lab.history).toEqual(["open a", "watch a", "open b", "watch b"]);
    expect(lab.states()).toEqual(["a: ok", "b: ok", "h: ok", "h: ok"]);
  });
});

describe("without watching", () => {
  test("everything is checked once and nothing is left open in time", async () => {
    const lab = new Lab({ watch: false });
    const late = lab.resource("late", { watch: "late" });
    await lab.run([late, lab.resource("polled", { meta: { poll: 1 } }), lab.resource("plain")]);
    expect(lab.checked).toEqual(["late", "plain", "polled"]);
    expect(lab.watching("plain")).toBe(false);
    expect(lab.clock.pending).toBe(0);
  });
});

test("a resource may ask for another run and for the end of the agent", async () => {
  const lab = new Lab();
  let rounds = 0;
  const a = lab.resource("a", {
    watch: "none",
    check: (_run, context) => {
      if (++rounds === 1) context.changed();
      else context.exit(42);
      return true;
    },
  });
  await lab.run([a]);
  expect(rounds).toBe(2);
  expect(lab.exits).toEqual([42]);
});

test("differences are shown to whoever wants to see them", async () => {
  const shown: string[] = [];
  const lab = new Lab({
    show: (key, change) => shown.push(`${key} ${change.kind} ${change.kind === "field" ? change.after : ""}`),
  });
  const check = ({ show }: { show: unknown }): boolean => {
    if (typeof show === "function") show({ kind: "field", field: "mode", before: "0644", after: "0600" });
    return false;
  };
  await lab.run([lab.resource("a", { check })]);
  expect(shown).toEqual(["test[a] field 0600"]);
});
