import { describe, expect, test } from "bun:test";
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { IntentFile } from "../../src/engine/intent-file.ts";
import { Intents } from "../../src/engine/intents.ts";
import { patience } from "../../src/engine/patience.ts";
import { Lab, quiet, until } from "./lab.ts";
import { MemoryStore } from "./memory-store.ts";

const loud = (error: unknown): never => {
  throw error;
};

/** A file and a service that is told of its changes, in one process after the other. */
class Machine {
  fileIsRight = false;
  /** In which processes the service was told. */
  readonly told: number[] = [];
  #process = 0;

  constructor(public store: MemoryStore) {}

  /** @param dies what happens to the service while it is being told, which leaves it as it was */
  async run(dies = false): Promise<void> {
    const process = ++this.#process;
    const lab = new Lab({ intents: this.store });
    const file = lab.resource("file", {
      check: () => {
        const was = this.fileIsRight;
        this.fileIsRight = true;
        return was;
      },
    });
    const service = lab.resource("service", {
      refreshable: true,
      check: ({ refresh }) => {
        if (!refresh) return true;
        if (dies) return new Promise(() => undefined);
        this.told.push(process);
        return false;
      },
    });
    const swapped = lab.swap([file, service], ["file => service"]);
    if (dies) return until(() => lab.checked.length === 2);
    await swapped;
    await lab.engine.settled();
  }
}

describe("what is owed", () => {
  test("is delivered by the next process, once", async () => {
    const machine = new Machine(new MemoryStore());
    await machine.run(true);
    await machine.run();
    await machine.run();
    expect(machine.told).toEqual([2]);
  });

  test("is known before the change that makes it due, whenever the process dies", async () => {
    const first = new Machine(new MemoryStore());
    await first.run();
    expect(first.told).toEqual([1]);
    const { moments } = first.store;
    // Killed before the check: nothing has happened. Killed later: the file is right, and the service must hear of it.
    for (const lines of moments.slice(0, -1)) {
      const next = new Machine(new MemoryStore(lines));
      next.fileIsRight = true;
      await next.run();
      expect({ lines, told: next.told }).toEqual({ lines, told: [1] });
    }
    const last = new Machine(new MemoryStore(moments.at(-1)));
    last.fileIsRight = true;
    await last.run();
    expect(last.told).toEqual([]);
  });

  test("a check that found nothing to do leaves nothing", async () => {
    const machine = new Machine(new MemoryStore());
    machine.fileIsRight = true;
    await machine.run();
    expect(new Intents(machine.store, loud).ids().size).toBe(0);
    expect(machine.told).toEqual([]);
  });

  test("is forgotten when whom it is owed to has gone", async () => {
    const machine = new Machine(new MemoryStore());
    await machine.run(true);
    const lab = new Lab({ intents: machine.store });
    await lab.run([lab.resource("other")]);
    expect(new Intents(machine.store, loud).ids().size).toBe(0);
  });

  test("is not touched by an agent that changes nothing", async () => {
    const machine = new Machine(new MemoryStore());
    await machine.run(true);
    const before = machine.store.load();
    const lab = new Lab({ intents: machine.store, noop: true });
    await lab.run([lab.resource("other")]);
    expect(machine.store.load()).toBe(before);
  });

  test("is owed once more when it comes while the one before is acted on", async () => {
    const store = new MemoryStore();
    const lab = new Lab({ intents: store });
    const gates = [Promise.withResolvers<boolean>(), Promise.withResolvers<boolean>()];
    let told = 0;
    const a = lab.resource("a", { check: () => false });
    const s = lab.resource("s", { refreshable: true, check: () => gates[told++]?.promise ?? true });
    await lab.swap([a, s], ["a => s"]);
    await until(() => told === 1);
    lab.event("a");
    await quiet();
    gates[0]?.resolve(true);
    await until(() => told === 2);
    expect(new Intents(new MemoryStore(store.load()), loud).owes("test[s]")).toBe(true);
    gates[1]?.resolve(true);
    await lab.engine.settled();
    expect(new Intents(store, loud).owes("test[s]")).toBe(false);
  });

  test("is known when the edge to be notified along is newer than the check", async () => {
    const store = new MemoryStore();
    const lab = new Lab({ intents: store });
    const [a, s] = [
      lab.resource("a", { check: () => new Promise(() => undefined) }),
      lab.resource("s", { refreshable: true }),
    ];
    await lab.swap([a, s]);
    await until(() => lab.checked.length === 2);
    await lab.swap([a, s], ["a => s"]);
    expect(new Intents(new MemoryStore(store.load()), loud).owes("test[s]")).toBe(true);
  });

  test("is known when somebody has use for it only after the check's resource has left", async () => {
    const store = new MemoryStore();
    const lab = new Lab({ intents: store });
    const a = lab.resource("a", { check: () => new Promise(() => undefined) });
    const s = (version: string, refreshable: boolean) =>
      lab.resource("s", { fields: { version }, refreshable, watch: "late" });
    await lab.swap([a, s("1", false)], ["a => s"]);
    await until(() => lab.checked.length === 1);
    void lab.swap([s("1", false)]);
    void lab.swap([s("2", true)]);
    expect(new Intents(new MemoryStore(store.load()), loud).owes("test[s]")).toBe(true);
  });

  test("is known still when the next process dies as well", async () => {
    const machine = new Machine(new MemoryStore(['["started","test[file]",["test[service]"]]']));
    machine.fileIsRight = true;
    await machine.run(true);
    await machine.run();
    expect(machine.told).toEqual([2]);
  });

  test("is known when a check that was left behind at the end has changed something", async () => {
    const machine = new Machine(new MemoryStore());
    const lab = new Lab({ intents: machine.store });
    const gate = Promise.withResolvers<boolean>();
    const file = lab.resource("file", { check: () => gate.promise });
    await lab.swap([file, lab.resource("service", { refreshable: true })], ["file => service"]);
    await until(() => lab.checked.length === 1);
    const stopped = lab.engine.stop();
    lab.engine.interrupt();
    await quiet();
    lab.clock.advance(10_000);
    await stopped;
    gate.resolve(false);
    await quiet();
    machine.fileIsRight = true;
    await machine.run();
    expect(machine.told).toEqual([1]);
  });

  test("is known when a check that was left behind ends while that of its successor goes on", async () => {
    const store = new MemoryStore();
    const lab = new Lab({ intents: store });
    const gate = Promise.withResolvers<boolean>();
    const s = lab.resource("s", { refreshable: true });
    const make = (version: string, check: Promise<boolean>) =>
      lab.resource("a", { fields: { version }, check: () => check });
    await lab.swap([make("1", gate.promise), s], ["a => s"]);
    await until(() => lab.checked.length === 1);
    const swapped = lab.swap([make("2", new Promise(() => undefined)), s], ["a => s"]);
    lab.clock.advance(patience.removed);
    await quiet();
    lab.clock.advance(patience.letGo);
    await swapped;
    await until(() => lab.checked.length === 2);
    gate.resolve(true);
    await quiet();
    expect(new Intents(new MemoryStore(store.load()), loud).owes("test[s]")).toBe(true);
  });

  test("is written down in full once that is possible again", async () => {
    const store = new MemoryStore();
    const errors: unknown[] = [];
    const intents = new Intents(store, (error) => errors.push(error));
    store.failure = new Error("no space left on the device");
    intents.owe("test[a]");
    store.failure = undefined;
    intents.owe("test[b]");
    expect([...new Intents(store, loud).ids()]).toEqual(["test[a]", "test[b]"]);
    expect(errors.length).toBe(1);
  });

  test("is paid by passing it on, in noop mode too", async () => {
    const lab = new Lab({ intents: new MemoryStore() });
    const told: boolean[] = [];
    const s = lab.resource("s", { refreshable: true, check: ({ refresh }) => told.push(refresh) > 0 });
    let right = false;
    const a = lab.resource("a", {
      check: () => {
        const was = right;
        right = true;
        return was;
      },
    });
    const between = (version: string) => lab.resource("b", { meta: { noop: true }, fields: { version } });
    await lab.run([a, between("1"), s], ["a => b", "b => s"]);
    await lab.run([a, between("2"), s], ["a => b", "b => s"]);
    expect(told).toEqual([true]);
  });

  test("costs nothing where nobody is to be notified", async () => {
    const store = new MemoryStore();
    const lab = new Lab({ intents: store });
    await lab.run([lab.resource("a", { check: () => false }), lab.resource("b")], ["a -> b"]);
    expect(store.moments).toEqual([]);
  });

  test("does not keep the machine from being put right when the disk is full", async () => {
    const store = new MemoryStore();
    store.failure = new Error("no space left on the device");
    const lab = new Lab({ intents: store });
    const a = lab.resource("a", { check: () => false });
    await lab.run([a, lab.resource("b", { refreshable: true })], ["a => b"]);
    expect(lab.states()).toEqual(["a: ok", "b: ok"]);
    expect(lab.logged.filter((line) => line.startsWith("error"))).toEqual([
      "error engine: what is owed does not outlive this process: no space left on the device",
    ]);
  });
});

test("retries that were used up stay so; there is one attempt all the same", async () => {
  const store = new MemoryStore();
  const attempts: number[] = [];
  for (let process = 0; process < 3; process++) {
    const lab = new Lab({ intents: store });
    const check = (): boolean => {
      throw new Error("broken");
    };
    await lab.run([lab.resource("a", { check, meta: { retry: 2 } })]);
    attempts.push(lab.checked.length);
  }
  const lab = new Lab({ intents: store });
  await lab.run([lab.resource("b")]);
  expect(attempts).toEqual([3, 1, 1]);
  expect(new Intents(store, loud).retries("test[a]")).toBe(0);
});

test("many intents take no more room than those that count", () => {
  const store = new MemoryStore();
  const intents = new Intents(store, loud);
  intents.owe("test[x]");
  for (let round = 0; round < 10_000; round++) {
    intents.start("test[a]", ["test[b]"]);
    intents.end("test[a]");
  }
  expect(store.load().length).toBeLessThan(10_000);
  expect([...new Intents(store, loud).ids()]).toEqual(["test[x]"]);
});

describe("the file", () => {
  test("holds what was added, except for a line that was not finished", () => {
    const directory = mkdtempSync(join(tmpdir(), "mgmt-intents-"));
    try {
      const path = join(directory, "engine", "intents");
      using file = new IntentFile(path);
      expect(file.load()).toEqual([]);
      file.append('["owed","a"]');
      file.append('["owed","b\\udc80"]');
      appendFileSync(path, '["owed","c');
      using second = new IntentFile(path);
      expect(second.load()).toEqual(['["owed","a"]', '["owed","b\\udc80"]']);
      second.append('["paid","a"]');
      expect(readFileSync(path, "utf8")).toBe('["owed","a"]\n["owed","b\\udc80"]\n["paid","a"]\n');
      second.replace(['["owed","d"]']);
      second.append('["owed","e"]');
      expect(new IntentFile(path).load()).toEqual(['["owed","d"]', '["owed","e"]']);
      writeFileSync(path, "rubbish\n");
      expect(new Intents(new IntentFile(path), loud).ids().size).toBe(0);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
