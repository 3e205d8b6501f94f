import { describe, expect, test } from "bun:test";
import { Converger } from "../../src/engine/converger.ts";
import type { Behavior } from "../../src/engine/resource.ts";
import { Lab, quiet, type Script, until } from "./lab.ts";

const fail = (message = "broken", options?: ErrorOptions): never => {
  throw new Error(message, options);
};

const full = (): never =>
  fail("cannot be written", { cause: Object.assign(new Error(), { code: "ENOSPC" }) });

describe("a failed resource", () => {
  test("blocks what never ran, says whom, and leaves the rest alone", async () => {
    const lab = new Lab();
    await lab.run(
      [
        lab.resource("a", { check: () => fail("no space") }),
        lab.resource("b"),
        lab.resource("c"),
        lab.resource("x"),
        lab.resource("y", { check: async () => fail("no luck") }),
      ],
      ["a -> b", "b -> c", "y -> c"],
    );
    expect(lab.checked).toEqual(["a", "x", "y"]);
    expect(lab.states()).toEqual(["a: failed", "b: blocked", "c: blocked", "x: ok", "y: failed"]);
    expect(lab.status("a").error).toBe("no space");
    expect(lab.status("b").blockedBy).toEqual(["test[a]"]);
    expect(lab.status("c").blockedBy).toEqual(["test[a]", "test[y]"]);
  });

  test("does not keep those that were good from repairing their own drift", async () => {
    const lab = new Lab();
    let broken = false;
    let wrong = false;
    await lab.run(
      [
        lab.resource("a", { check: () => (broken ? fail() : true) }),
        lab.resource("b", { check: () => !wrong }),
        lab.resource("c"),
      ],
      ["a -> b", "b -> c"],
    );
    broken = true;
    lab.event("a");
    await lab.engine.settled();
    lab.takeChecked();
    wrong = true;
    lab.event("b");
    lab.event("c");
    await lab.engine.settled();
    expect(lab.checked.sort()).toEqual(["b", "c"]);
    expect(lab.states()).toEqual(["a: failed", "b: ok", "c: ok"]);
    expect(lab.status("b").changes).toBe(1);
  });

  test("holds others back while it is still trying", async () => {
    const lab = new Lab();
    let broken = false;
    const a = lab.resource("a", { meta: { retry: 1, delay: 100 }, check: () => (broken ? fail() : true) });
    await lab.run([a, lab.resource("b")], ["a -> b"]);
    broken = true;
    lab.takeChecked();
    lab.event("a");
    await until(() => lab.checked.length === 1);
    lab.event("b");
    await quiet();
    expect(lab.checked).toEqual(["a"]);
    expect(lab.states()).toEqual(["a: pending", "b: pending"]);
    lab.clock.advance(100);
    await lab.engine.settled();
    expect(lab.checked).toEqual(["a", "a", "b"]);
    expect(lab.states()).toEqual(["a: failed", "b: ok"]);
  });

  test("gets a new chance when something before it applies a change", async () => {
    const lab = new Lab();
    let wrong = false;
    const a = lab.resource("a", { check: () => !wrong });
    const b = lab.resource("b", { check: () => (wrong ? true : fail()) });
    await lab.run([a, b, lab.resource("c")], ["a -> b", "b -> c"]);
    expect(lab.states()).toEqual(["a: ok", "b: failed", "c: blocked"]);
    lab.event("a");
    await lab.engine.settled();
    expect(lab.states()).toEqual(["a: ok", "b: failed", "c: blocked"]);
    wrong = true;
    lab.event("a");
    await lab.engine.settled();
    expect(lab.states()).toEqual(["a: ok", "b: ok", "c: ok"]);
    expect(lab.watching("b")).toBe(true);
  });

  test("for want of something tries again by itself, at growing intervals, and does not count as busy", async () => {
    const lab = new Lab();
    let isFull = true;
    const a = lab.resource("a", { check: () => isFull && full() });
    const times: number[] = [];
    await lab.run([a, lab.resource("b")], ["a -> b"]);
    expect(lab.status("a")).toMatchObject({ state: "failed", error: "cannot be written", nextRetry: 1000 });
    for (let seconds = 0; seconds < 300; seconds++) {
      lab.takeChecked();
      lab.clock.advance(1000);
      await lab.engine.settled();
      expect(lab.states()).toEqual(["a: failed", "b: blocked"]);
      if (lab.checked.length > 0) times.push(lab.clock.now() / 1000);
    }
    expect(times).toEqual([1, 3, 7, 15, 31, 63, 123, 183, 243]);
    isFull = false;
    lab.clock.advance(3000);
    await lab.engine.settled();
    expect(lab.states()).toEqual(["a: ok", "b: ok"]);
    isFull = true;
    lab.event("a");
    await lab.engine.settled();
    expect(lab.status("a").nextRetry).toBe(lab.clock.now() + 1000);
  });

  test("for want of something, even to watch, tries again by itself; an agent without watches does not", async () => {
    let isShort = true;
    let watches = 0;
    const script: Script = {
      watch: async ({ ready }) => {
        watches++;
        if (isShort) full();
        ready();
      },
    };
    const lab = new Lab();
    await lab.run([lab.resource("a", script), lab.resource("b", { check: () => isShort && full() })]);
    expect(lab.states()).toEqual(["a: failed", "b: failed"]);
    isShort = false;
    lab.clock.advance(1000);
    await lab.engine.settled();
    expect(watches).toBe(2);
    expect(lab.states()).toEqual(["a: ok", "b: ok"]);

    isShort = true;
    const once = new Lab({ watch: false });
    await once.run([once.resource("b", { check: () => isShort && full() })]);
    expect(once.status("b")).toMatchObject({ state: "failed", nextRetry: undefined });
    expect(once.clock.pending).toBe(0);
  });

  test("for want of something says so once, and lets the machine converge", async () => {
    const lab = new Lab();
    let isFull = true;
    const a = lab.resource("a", { check: () => (isFull ? full() : fail()) });
    const transitions: boolean[] = [];
    const converger = new Converger(lab.engine, 90, (converged) => transitions.push(converged), lab.clock);
    await lab.run([a]);
    for (let seconds = 0; seconds < 200; seconds++) {
      lab.clock.advance(1000);
      await lab.engine.settled();
    }
    expect(transitions).toEqual([true]);
    expect(lab.logged.filter((line) => !line.startsWith("debug"))).toEqual([
      "info engine: graph of 1 resources and 0 edges: 1 new, 0 gone",
      "error test[a]: cannot be written; next attempt in 1000 ms",
    ]);
    isFull = false;
    lab.clock.advance(60_000);
    await lab.engine.settled();
    expect(lab.logged.at(-1)).toBe("error test[a]: broken");
    expect(lab.status("a").nextRetry).toBeUndefined();
    converger.stop();
  });

  test("gets a new chance at an event, at the soonest a second after it failed", async () => {
    const lab = new Lab();
    let lacking = true;
    const a = lab.resource("a", { check: () => (lacking ? fail() : true) });
    await lab.run([a, lab.resource("b")], ["a -> b"]);
    lab.checked.length = 0;
    lab.event("a");
    lab.event("a");
    await quiet();
    expect(lab.checked).toEqual([]);
    lab.clock.advance(1000);
    await lab.engine.settled();
    expect(lab.checked).toEqual(["a"]);
    expect(lab.states()).toEqual(["a: failed", "b: blocked"]);
    lab.clock.advance(10_000);
    await quiet();
    expect(lab.checked).toEqual(["a"]);
    lacking = false;
    lab.event("a");
    lab.clock.advance(0);
    await until(() => lab.checked.length === 3);
    expect(lab.states()).toEqual(["a: ok", "b: ok"]);
  });

  test("does not keep the engine busy when an event and a repair both give it a new chance, and others block it", async () => {
    const lab = new Lab();
    let wrong = false;
    const fails = (): boolean => fail();
    const a = lab.resource("a", { check: () => !wrong });
    const gate = Promise.withResolvers<boolean>();
    const b = lab.resource("b", { check: () => (wrong ? gate.promise : true) });
    await lab.run([a, b, lab.resource("c", { check: fails })], ["a -> c", "b -> c"]);
    expect(lab.states()).toEqual(["a: ok", "b: ok", "c: failed"]);
    lab.event("c");
    wrong = true;
    lab.event("b");
    await quiet();
    lab.event("a");
    await quiet();
    lab.clock.advance(1000);
    gate.reject(new Error("broken"));
    await lab.engine.settled();
    expect(lab.states()).toEqual(["a: ok", "b: failed", "c: blocked"]);
  });

  test("is no longer blocked while its watch starts over and what blocked it has recovered", async () => {
    const lab = new Lab();
    let broken = true;
    const first = lab.resource("first", { check: () => broken });
    const a = lab.resource("a", { check: () => (broken ? fail() : true) });
    let failWatch = (_error: Error): void => undefined;
    const b = lab.resource("b", {
      meta: { retry: 1, delay: 500 },
      watch: ({ ready }) => {
        ready();
        return new Promise((_resolve, reject) => {
          failWatch = reject;
        });
      },
    });
    await lab.run([first, a, b], ["first -> a", "a -> b"]);
    expect(lab.status("b").state).toBe("blocked");
    failWatch(new Error("gone"));
    await quiet();
    broken = false;
    lab.event("first");
    await until(() => lab.status("a").state === "ok");
    expect(lab.status("b").state).toBe("pending");
    lab.clock.advance(500);
    await lab.engine.settled();
    expect(lab.states()).toEqual(["a: ok", "b: ok", "first: ok"]);
  });

  test("is not blamed when what it needs is being repaired: rm -r of a directory", async () => {
    let pending: (() => void) | undefined;
    const lab = new Lab({
      drain: () => {
        pending?.();
        pending = undefined;
      },
    });
    let directory = false;
    let file = false;
    const top = lab.resource("top");
    const dir = lab.resource("dir", {
      check: () => {
        if (directory) return true;
        directory = true;
        return false;
      },
    });
    const inner = lab.resource("inner", {
      check: () => {
        if (!directory) fail("no such directory");
        if (file) return true;
        file = true;
        return false;
      },
    });
    await lab.run(
      [top, dir, lab.resource("between"), inner],
      ["top -> dir", "dir -> between", "between -> inner"],
    );
    lab.takeChecked();
    directory = false;
    file = false;
    // The event of the directory has happened, and is told only when somebody looks.
    pending = () => lab.event("dir");
    lab.event("inner");
    await lab.engine.settled();
    expect(lab.checked).toEqual(["inner", "dir", "inner"]);
    expect(lab.states()).toEqual(["between: ok", "dir: ok", "inner: ok", "top: ok"]);
    expect(file).toBe(true);
    expect(lab.runs.every(({ error }) => error === undefined)).toBe(true);
  });

  test("is not blamed when what it needs was repaired during its check", async () => {
    const lab = new Lab();
    let directory = true;
    const gate = Promise.withResolvers<void>();
    let slow = false;
    const dir = lab.resource("dir", {
      check: () => {
        if (directory) return true;
        directory = true;
        return false;
      },
    });
    const file = lab.resource("file", {
      check: async () => {
        if (!slow) return true;
        slow = false;
        const there = directory;
        await gate.promise;
        return there || fail("no such directory");
      },
    });
    await lab.run([dir, file], ["dir -> file"]);
    directory = false;
    slow = true;
    lab.takeChecked();
    lab.event("file");
    await until(() => lab.checked.length === 1);
    lab.event("dir");
    await until(() => directory);
    gate.resolve();
    await lab.engine.settled();
    expect(lab.checked).toEqual(["file", "dir", "file"]);
    expect(lab.states()).toEqual(["dir: ok", "file: ok"]);
  });
});

describe("a notification", () => {
  test("is not forgotten when the watch fails for good while it is acted on", async () => {
    const lab = new Lab();
    const seen: boolean[] = [];
    const broken = Promise.withResolvers<void>();
    const a = lab.resource("a", { check: () => false });
    const s = lab.resource("s", {
      refreshable: true,
      watch: async ({ ready }) => {
        ready();
        if (seen.length < 2) await broken.promise;
      },
      check: ({ refresh, signal }) => {
        if (seen.push(refresh) > 1) return true;
        return new Promise((_resolve, reject) =>
          signal.addEventListener("abort", () => reject(new Error("given up"))),
        );
      },
    });
    const b = lab.resource("b", { check: () => lab.checked.length < 4 });
    await lab.swap([a, b, s], ["a => s", "b -> s"]);
    await until(() => seen.length === 1);
    broken.reject(new Error("no descriptors"));
    await lab.engine.settled();
    expect(lab.states()).toEqual(["a: ok", "b: ok", "s: failed"]);
    lab.event("b");
    await until(() => seen.length === 2);
    await lab.engine.settled();
    expect(seen).toEqual([true, true]);
  });
});

describe("retries", () => {
  test("as many as allowed, with the delay between them", async () => {
    const lab = new Lab();
    await lab.swap([lab.resource("a", { meta: { retry: 2, delay: 1000 }, check: () => fail() })]);
    for (let round = 1; round <= 3; round++) {
      await until(() => lab.checked.length === round);
      await quiet();
      expect(lab.checked.length).toBe(round);
      lab.clock.advance(1000);
    }
    await lab.engine.settled();
    expect(lab.states()).toEqual(["a: failed"]);
    expect(lab.runs.map(({ final }) => final)).toEqual([false, false, true]);
  });

  test("for ever without a delay leaves room for others, and for the end", async () => {
    const lab = new Lab();
    await lab.swap([lab.resource("a", { meta: { retry: -1 }, check: () => fail() }), lab.resource("b")]);
    await until(() => lab.checked.length > 50);
    expect(lab.status("b").state).toBe("ok");
    await lab.engine.stop();
    const { length } = lab.checked;
    await quiet();
    expect(lab.checked.length).toBe(length);
  });

  test("retryreset gives them back after a success", async () => {
    for (const retryreset of [false, true]) {
      const lab = new Lab();
      let failures = 1;
      const check = (): boolean => failures-- <= 0 || fail();
      await lab.run([lab.resource("a", { meta: { retry: 1, retryreset }, check })]);
      failures = 1;
      lab.event("a");
      await lab.engine.settled();
      expect(lab.states()).toEqual([retryreset ? "a: ok" : "a: failed"]);
    }
  });

  test("used ones stay used over a replacement, unless reset; raising their number allows the difference", async () => {
    const cases = [
      { meta: { retry: 1 }, attempts: 1 },
      { meta: { retry: 3 }, attempts: 3 },
      { meta: { retry: 1, reset: true }, attempts: 2 },
    ];
    for (const { meta, attempts } of cases) {
      const lab = new Lab();
      const check = (): boolean => fail();
      await lab.run([lab.resource("a", { meta: { retry: 1 }, fields: { v: "old" }, check })]);
      expect(lab.takeChecked().length).toBe(2);
      await lab.run([lab.resource("a", { meta, fields: { v: "new" }, check })]);
      expect(lab.takeChecked().length).toBe(attempts);
    }
  });
});

describe("timeouts", () => {
  test("end a check by its signal", async () => {
    const lab = new Lab();
    const check = ({ signal }: { signal: AbortSignal }): Promise<boolean> =>
      new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    await lab.swap([lab.resource("a", { meta: { timeout: 50 }, check }), lab.resource("b")], ["a -> b"]);
    await until(() => lab.checked.length === 1);
    lab.clock.advance(50);
    await lab.engine.settled();
    expect(lab.status("a").error).toBe("timed out after 50 ms (Meta:timeout)");
    expect(lab.states()).toEqual(["a: failed", "b: blocked"]);
  });

  test("end the wait for a check that heeds nothing, but never start a second one beside it", async () => {
    const lab = new Lab();
    const gates: PromiseWithResolvers<boolean>[] = [];
    const check = (): Promise<boolean> => {
      const gate = Promise.withResolvers<boolean>();
      gates.push(gate);
      return gate.promise;
    };
    await lab.swap([lab.resource("a", { meta: { timeout: 50, retry: 1 }, check })]);
    await until(() => gates.length === 1);
    lab.clock.advance(50);
    await quiet();
    expect(gates.length).toBe(1);
    gates[0]?.resolve(true);
    await until(() => gates.length === 2);
    lab.clock.advance(50);
    await lab.engine.settled();
    expect(lab.states()).toEqual(["a: failed"]);
  });

  test("start no second check beside one that heeds nothing, when what it needs was repaired meanwhile", async () => {
    const lab = new Lab();
    const gates: PromiseWithResolvers<boolean>[] = [];
    let wrong = false;
    const first = lab.resource("first", { check: () => !wrong });
    const slow = lab.resource("slow", {
      meta: { timeout: 50 },
      check: () => {
        const gate = Promise.withResolvers<boolean>();
        gates.push(gate);
        return gate.promise;
      },
    });
    await lab.swap([first, slow], ["first -> slow"]);
    await until(() => gates.length === 1);
    wrong = true;
    lab.event("first");
    await quiet();
    lab.clock.advance(50);
    await quiet();
    expect(gates.length).toBe(1);
    gates[0]?.resolve(true);
    await until(() => gates.length === 2);
    gates[1]?.resolve(true);
    await lab.engine.settled();
    expect(lab.states()).toEqual(["first: ok", "slow: ok"]);
  });

  test("a check that never comes back costs its retries", async () => {
    const lab = new Lab();
    const check = (): Promise<boolean> => new Promise(() => undefined);
    await lab.swap([lab.resource("a", { meta: { timeout: 50, retry: -1 }, check })]);
    await until(() => lab.checked.length === 1);
    lab.clock.advance(50);
    await quiet();
    expect(lab.engine.busy).toBe(true);
    lab.clock.advance(10_000);
    await lab.engine.settled();
    expect(lab.status("a").error).toBe("timed out after 50 ms (Meta:timeout), and did not stop within 10 s");
  });
});

describe("a failing watch", () => {
  test("starts over as often as retries allow, and then fails the resource", async () => {
    const lab = new Lab();
    let watches = 0;
    const watch = async ({ ready }: { ready: () => void }): Promise<void> => {
      watches++;
      ready();
      fail("no descriptors");
    };
    await lab.swap([lab.resource("a", { meta: { retry: 2, delay: 10 }, watch })]);
    for (let round = 1; round <= 3; round++) {
      await until(() => watches === round);
      await quiet();
      lab.clock.advance(10);
    }
    await lab.engine.settled();
    expect(watches).toBe(3);
    expect(lab.status("a")).toMatchObject({ state: "failed", error: "the watch failed: no descriptors" });
  });

  test("interrupts the check, costs it no retry, and lets it run again once armed", async () => {
    const lab = new Lab();
    const broken = Promise.withResolvers<void>();
    let watches = 0;
    let together = 0;
    const watch = async ({ ready, signal }: { ready: () => void; signal: AbortSignal }): Promise<void> => {
      watches++;
      ready();
      if (watches === 1) await broken.promise;
      await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
    };
    const check = ({ signal }: { signal: AbortSignal }): boolean | Promise<boolean> => {
      expect(++together).toBe(1);
      if (watches === 2) {
        together--;
        return false;
      }
      return new Promise((_resolve, reject) =>
        signal.addEventListener("abort", () => {
          together--;
          reject(new Error("given up"));
        }),
      );
    };
    await lab.swap([lab.resource("a", { meta: { retry: 1 }, watch, check })]);
    await until(() => lab.checked.length === 1);
    broken.reject(new Error("gone"));
    await quiet();
    lab.clock.advance(0);
    await lab.engine.settled();
    expect(lab.checked).toEqual(["a", "a"]);
    expect(lab.states()).toEqual(["a: ok"]);
    expect(lab.runs.map(({ error }) => error)).toEqual(["the watch failed: gone", undefined]);
  });

  test("holds the check back even when that was about to run", async () => {
    const lab = new Lab();
    const broken = Promise.withResolvers<void>();
    let watches = 0;
    let armed = false;
    const watch = async ({ ready, signal }: { ready: () => void; signal: AbortSignal }): Promise<void> => {
      armed = true;
      ready();
      if (++watches === 1) {
        await broken.promise.finally(() => {
          armed = false;
        });
      }
      await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
    };
    const gate = Promise.withResolvers<boolean>();
    const seen: boolean[] = [];
    await lab.swap([
      lab.resource("a", { meta: { sema: ["s"] }, check: () => gate.promise }),
      lab.resource("b", {
        meta: { sema: ["s"], retry: 1, delay: 10 },
        watch,
        check: () => seen.push(armed) > 0,
      }),
    ]);
    await until(() => lab.checked.length === 1);
    broken.reject(new Error("gone"));
    await quiet();
    gate.resolve(true);
    await quiet();
    expect(seen).toEqual([]);
    lab.clock.advance(10);
    await lab.engine.settled();
    expect(seen).toEqual([true]);
  });

  test("that ends early without an error is over for good", async () => {
    const lab = new Lab();
    await lab.run([lab.resource("a", { watch: async () => undefined })]);
    expect(lab.states()).toEqual(["a: ok"]);
  });
});

describe("a resource that cannot be opened", () => {
  test("fails alone", async () => {
    const lab = new Lab();
    await lab.run(
      [
        lab.resource("a", { open: () => fail("no bus") }),
        lab.resource("b", { open: async () => fail("no socket") }),
        lab.resource("c"),
        lab.resource("d"),
      ],
      ["a -> c"],
    );
    expect(lab.states()).toEqual(["a: failed", "b: failed", "c: blocked", "d: ok"]);
    expect(lab.status("b").error).toBe("no socket");
  });

  test("and was given up is not taken for the next attempt when it opens after all", async () => {
    const lab = new Lab();
    const opened = [Promise.withResolvers<Behavior>(), Promise.withResolvers<Behavior>()];
    const used: string[] = [];
    const behavior = (name: string): Behavior => ({
      checkApply: () => used.push(`check ${name}`) > 0,
      cleanup: () => void used.push(`clean up ${name}`),
    });
    let opens = 0;
    let wrong = false;
    const a = lab.resource("a", { check: () => !wrong });
    const b = lab.resource("b", { open: () => opened[opens++]?.promise ?? behavior("none") });
    const swapped = lab.swap([a, b], ["a -> b"]);
    lab.clock.advance(60_000);
    await swapped;
    await lab.engine.settled();
    expect(lab.states()).toEqual(["a: ok", "b: failed"]);
    wrong = true;
    lab.event("a");
    await until(() => opens === 2);
    opened[0]?.resolve(behavior("first"));
    await quiet();
    expect(used).toEqual(["clean up first"]);
    opened[1]?.resolve(behavior("second"));
    await lab.engine.settled();
    expect(used).toEqual(["clean up first", "check second"]);
  });

  test("is opened again when something before it applies a change", async () => {
    const lab = new Lab();
    let installed = false;
    const pkg = lab.resource("pkg", {
      check: () => {
        if (installed) return true;
        installed = true;
        return false;
      },
    });
    const svc = lab.resource("svc", {
      open: () => (installed ? { checkApply: () => true } : fail("no bus")),
    });
    await lab.run([pkg, svc], ["pkg -> svc"]);
    expect(lab.states()).toEqual(["pkg: ok", "svc: ok"]);
  });
});
