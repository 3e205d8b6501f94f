import { describe, expect, test } from "bun:test";
import { printKey } from "../../lang/output/resource-graph.ts";
import type { EngineEnvironment } from "../../src/engine/environment.ts";
import type { Resource } from "../../src/engine/resource.ts";
import type { ReversalStore } from "../../src/engine/reversals.ts";
import { Lab, quiet, type Script, until } from "./lab.ts";

/** A machine with one thing on it, that resources set and reversals set back. */
class Machine implements ReversalStore {
  thing = "original";
  readonly all = new Map<string, Resource>();
  failure: Error | undefined;

  put(reversal: Resource): void {
    if (this.failure !== undefined) throw this.failure;
    this.all.set(printKey(reversal), reversal);
  }

  remove(reversal: Resource): void {
    this.all.delete(printKey(reversal));
  }

  lab(environment: Partial<EngineEnvironment> = {}): Lab {
    return new Lab({ reversals: this, ...environment });
  }

  sets(value: string, more: Script = {}): Script {
    return {
      fields: { value },
      check: ({ apply }) => {
        const was = this.thing;
        if (apply) this.thing = value;
        return was === value;
      },
      reversal: () => this.sets(this.thing),
      meta: { reverse: true, ...more.meta },
    };
  }
}

describe("a resource with Meta:reverse", () => {
  test("is undone when it leaves, and what undoes it leaves then", async () => {
    const machine = new Machine();
    const lab = machine.lab();
    const other = lab.resource("other");
    await lab.run([lab.resource("a", machine.sets("new")), other]);
    expect(machine.thing).toBe("new");
    await lab.run([other]);
    await lab.engine.settled();
    expect(machine.thing).toBe("original");
    expect([...machine.all.keys()]).toEqual([]);
    expect(lab.states()).toEqual(["other: ok"]);
    expect(lab.logged).toContain("info test[a]: is undone (Meta:reverse)");
  });

  test("goes back to the original, however often it changed, and whichever process did that", async () => {
    const machine = new Machine();
    const first = machine.lab();
    await first.run([first.resource("a", machine.sets("one"))]);
    await first.run([first.resource("a", machine.sets("two"))]);
    await first.engine.stop();
    expect(machine.thing).toBe("two");
    const second = machine.lab();
    await second.run([second.resource("a", machine.sets("three"))]);
    await second.engine.stop();
    const third = machine.lab();
    await third.run([third.resource("b")]);
    expect(machine.thing).toBe("original");
  });

  test("is known before anything is changed; if it cannot be kept, nothing is", async () => {
    const machine = new Machine();
    machine.failure = new Error("no space left on the device");
    const lab = machine.lab();
    await lab.run([lab.resource("a", machine.sets("new")), lab.resource("b")]);
    expect(machine.thing).toBe("original");
    expect(lab.status("a").error).toBe("no space left on the device");
    expect(lab.states()).toEqual(["a: failed", "b: ok"]);
  });

  test("stays as it is at the end of the agent", async () => {
    const machine = new Machine();
    const lab = machine.lab();
    await lab.run([lab.resource("a", machine.sets("new"))]);
    await lab.engine.stop();
    expect(machine.thing).toBe("new");
  });

  test("changes nothing in noop mode, neither with the resource nor without it", async () => {
    const machine = new Machine();
    const lab = machine.lab();
    await lab.run([lab.resource("a", machine.sets("new", { meta: { noop: true } }))]);
    expect(machine.all.size).toBe(0);
    await lab.run([lab.resource("a", machine.sets("new"))]);
    await lab.engine.stop();
    const careful = machine.lab({ noop: true });
    await careful.run([]);
    expect(machine.thing).toBe("new");
    expect(careful.states()).toEqual(["a: noop"]);
    expect(machine.all.size).toBe(1);
  });

  test("is tried again as its metaparameters say, and kept until it has worked", async () => {
    const machine = new Machine();
    const lab = machine.lab();
    const broken: Script = {
      check: () => {
        throw new Error("broken");
      },
    };
    await lab.run([lab.resource("a", { meta: { reverse: true }, reversal: () => broken })]);
    await lab.run([]);
    expect(lab.states()).toEqual(["a: failed"]);
    expect(machine.all.size).toBe(1);
    await lab.run([lab.resource("a", machine.sets("new"))]);
    expect(lab.states()).toEqual(["a: ok"]);
  });

  test("is no longer undone once the metaparameter is gone", async () => {
    const machine = new Machine();
    const lab = machine.lab();
    await lab.run([lab.resource("a", machine.sets("new"))]);
    await lab.run([lab.resource("a", machine.sets("new", { meta: { reverse: false } }))]);
    await lab.run([]);
    expect(machine.thing).toBe("new");
    expect(machine.all.size).toBe(0);
  });

  test("is undone when it was applied while the graph without it had to wait", async () => {
    const machine = new Machine();
    const lab = machine.lab();
    const { promise, resolve } = Promise.withResolvers<Script>();
    const meta = { realize: true, reverse: true };
    const swaps = [
      lab.swap([lab.resource("a", { ...machine.sets("new", { meta }), slowReversal: promise })]),
      lab.swap([]),
    ];
    resolve(machine.sets("original", { meta: { reverse: false } }));
    await Promise.all(swaps);
    await lab.engine.settled();
    expect(lab.checked).toEqual(["a", "a"]);
    expect(machine.thing).toBe("original");
    expect(machine.all.size).toBe(0);
  });

  test("is undone once, even if the graph without it has to wait", async () => {
    const machine = new Machine();
    const lab = machine.lab();
    const gate = Promise.withResolvers<boolean>();
    const reversal = (): Script => ({ check: () => gate.promise });
    await lab.run([lab.resource("a", { meta: { reverse: true }, reversal })]);
    const short = lab.resource("short", { meta: { realize: true }, watch: "late" });
    await lab.swap([short]);
    void lab.swap([]);
    gate.resolve(true);
    await until(() => machine.all.size === 0);
    lab.event("a");
    await quiet();
    lab.ready("short");
    await lab.engine.settled();
    expect(lab.states()).toEqual([]);
    expect(lab.logged.filter((line) => line.endsWith("is undone (Meta:reverse)")).length).toBe(1);
  });

  test("leaves nothing to undo if it leaves before it is known what there was", async () => {
    const machine = new Machine();
    const lab = machine.lab();
    const { promise, resolve } = Promise.withResolvers<Script>();
    await Promise.all([
      lab.swap([lab.resource("a", { meta: { reverse: true }, slowReversal: promise })]),
      lab.swap([]),
      resolve(machine.sets("original")),
    ]);
    expect(machine.all.size).toBe(0);
    expect(lab.history).toEqual([]);
  });

  test("has no effect where the kind has no reversal", async () => {
    const machine = new Machine();
    const lab = machine.lab();
    await lab.run([lab.resource("a", { meta: { reverse: true } })]);
    expect(machine.all.size).toBe(0);
    expect(lab.states()).toEqual(["a: ok"]);
  });
});
