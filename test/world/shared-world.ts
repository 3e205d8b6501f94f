/** What hosts share, tested the same way whatever stands behind it. Stores may be slow, and may tell of two changes at once. */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import type { ExportedResource } from "../../lang/host.ts";
import { type ExportRecord, exportKeyText } from "../../src/world/export-store.ts";
import type { Listener } from "../../src/world/listener.ts";
import type { SharedWorld } from "../../src/world/world.ts";

/** A world of one test, in which nothing is kept yet. */
export interface WorldUnderTest {
  readonly world: SharedWorld;
  /** As a process that starts now finds it. */
  reopen(): Promise<SharedWorld>;
  close(): Promise<void>;
}

/** What a follower has been told. */
export class Told<T> implements Listener<T> {
  readonly values: T[] = [];
  readonly #ends = new AbortController();
  #news = Promise.withResolvers<void>();
  #error: unknown;

  /** @param start begins to follow */
  constructor(start: (listener: Listener<T>, signal: AbortSignal) => void) {
    let hasReturned = false;
    start(
      {
        onValue: (value) => {
          if (!hasReturned) this.onError(new Error("told before the call has returned"));
          this.onValue(value);
        },
        onError: (error) => this.onError(error),
      },
      this.#ends.signal,
    );
    hasReturned = true;
  }

  onValue(value: T): void {
    this.values.push(value);
    this.#tell();
  }

  onError(error: unknown): void {
    this.#error = error;
    this.#tell();
  }

  /** Waits until the last that was told is this. */
  async until(wanted: T): Promise<void> {
    for (;;) {
      if (this.values.length > 0 && Bun.deepEquals(this.values.at(-1), wanted)) return;
      if (this.#error !== undefined) throw this.#error;
      await this.#news.promise;
    }
  }

  /** Waits for an error, which is forgotten then. */
  async error(): Promise<unknown> {
    while (this.#error === undefined) await this.#news.promise;
    const error = this.#error;
    this.#error = undefined;
    return error;
  }

  end(): void {
    this.#ends.abort();
  }

  #tell(): void {
    this.#news.resolve();
    this.#news = Promise.withResolvers();
  }
}

/** Texts that are hard to keep: bytes that are no text, what separates, what is very long. */
const texts = [
  "",
  "text",
  "two\nlines\n",
  "naïve",
  "NUL\0",
  "\udc80\udcff",
  "a/b",
  "%2F",
  "x".repeat(100_000),
];

/** @param open makes a world for one test */
export function testSharedWorld(name: string, open: () => Promise<WorldUnderTest>): void {
  describe(name, () => {
    let under: WorldUnderTest;
    let world: SharedWorld;

    beforeEach(async () => {
      under = await open();
      world = under.world;
    });
    afterEach(async () => {
      await under.close();
    });

    const string = (key: string) => new Told<string | undefined>((...to) => world.strings.follow(key, ...to));
    const hostStrings = (namespace: string) =>
      new Told<ReadonlyMap<string, string>>((...to) => world.hostStrings.follow(namespace, ...to));
    const schedule = (namespace: string) =>
      new Told<readonly string[]>((...to) => world.schedules.follow(namespace, ...to));
    const exported = (kind: string, to: string) =>
      new Told<readonly ExportedResource[]>((...told) => world.exports.follow({ kind, to }, ...told));

    describe("strings", () => {
      test("are kept byte by byte, and found by others", async () => {
        expect(await world.strings.get("key")).toBeUndefined();
        for (const text of texts) {
          expect(await world.strings.set("key", text)).toBe(true);
          expect(await world.strings.get("key")).toBe(text);
          expect(await world.strings.set("key", text)).toBe(false);
          expect(await (await under.reopen()).strings.get("key")).toBe(text);
        }
        expect(await world.strings.delete("key")).toBe(true);
        expect(await world.strings.delete("key")).toBe(false);
        expect(await (await under.reopen()).strings.get("key")).toBeUndefined();
      });

      test("are replaced only if they are what was found", async () => {
        expect(await world.strings.replace("key", "a", "b")).toBe(false);
        expect(await world.strings.replace("key", undefined, "a")).toBe(true);
        expect(await world.strings.replace("key", undefined, "b")).toBe(false);
        expect(await world.strings.replace("key", "", "b")).toBe(false);
        expect(await world.strings.replace("key", "a", "b")).toBe(true);
        expect(await world.strings.get("key")).toBe("b");
      });

      test("have any text for a key", async () => {
        const keys = ["key", "KEY", ".", "..", ".hidden", "a b", "a%20b", "naïve", "\udc80", "a:b@c", "~"];
        for (const key of keys) await world.strings.set(key, `of ${key}`);
        const later = await under.reopen();
        for (const key of keys) expect([key, await later.strings.get(key)]).toEqual([key, `of ${key}`]);
        for (const key of keys) expect(await later.strings.delete(key)).toBe(true);
      });

      test("are told at first, then at each change, and nothing twice", async () => {
        const told = string("key");
        await told.until(undefined);
        await world.strings.set("other", "x");
        await world.strings.set("key", "a");
        await told.until("a");
        await world.strings.set("key", "a");
        await (await under.reopen()).strings.set("key", "b");
        await told.until("b");
        await world.strings.delete("key");
        await told.until(undefined);
        expect(told.values).toEqual([undefined, "a", "b", undefined]);
        const late = string("other");
        await late.until("x");
        told.end();
        await world.strings.set("key", "c");
        await world.strings.set("other", "y");
        await late.until("y");
        expect(told.values).toHaveLength(4);
        late.end();
      });
    });

    describe("strings of hosts", () => {
      test("are kept by namespace and host, and found by others", async () => {
        expect(await world.hostStrings.get("ips")).toEqual(new Map());
        expect(await world.hostStrings.set("ips", "h2", "2")).toBe(true);
        expect(await world.hostStrings.set("ips", "h1.example.com", "1")).toBe(true);
        expect(await world.hostStrings.set("ips", "h2", "2")).toBe(false);
        expect(await world.hostStrings.set("ip", "h3", "3")).toBe(true);
        const later = await under.reopen();
        expect([...(await later.hostStrings.get("ips"))]).toEqual([
          ["h1.example.com", "1"],
          ["h2", "2"],
        ]);
        expect(await later.hostStrings.delete("ips", "h2")).toBe(true);
        expect(await later.hostStrings.delete("ips", "h2")).toBe(false);
        expect([...(await later.hostStrings.get("ips"))]).toEqual([["h1.example.com", "1"]]);
        for (const text of texts) {
          await world.hostStrings.set("any", "host", text);
          expect(await world.hostStrings.get("any")).toEqual(new Map([["host", text]]));
        }
      });

      test("of one host are found and told alone", async () => {
        const told = new Told<string | undefined>((...to) => world.hostStrings.followOf("ips", "h1", ...to));
        await told.until(undefined);
        expect(await world.hostStrings.getOf("ips", "h1")).toBeUndefined();
        await world.hostStrings.set("ips", "h2", "2");
        await world.hostStrings.set("other", "h1", "x");
        await world.hostStrings.set("ips", "h1", "1");
        await told.until("1");
        expect(await world.hostStrings.getOf("ips", "h1")).toBe("1");
        await world.hostStrings.delete("ips", "h1");
        await told.until(undefined);
        expect(told.values).toEqual([undefined, "1", undefined]);
        told.end();
      });

      test("are another thing than a string under the same name", async () => {
        await world.strings.set("name", "string");
        await world.hostStrings.set("name", "host", "text");
        expect(await world.strings.get("name")).toBe("string");
        expect(await world.hostStrings.get("name")).toEqual(new Map([["host", "text"]]));
      });

      test("are told at first, then at each change, and nothing twice", async () => {
        const told = hostStrings("ips");
        await told.until(new Map());
        await world.hostStrings.set("other", "h1", "x");
        await world.hostStrings.set("ips", "h1", "1");
        await told.until(new Map([["h1", "1"]]));
        await world.hostStrings.set("ips", "h1", "1");
        await (await under.reopen()).hostStrings.set("ips", "h2", "2");
        await told.until(
          new Map([
            ["h1", "1"],
            ["h2", "2"],
          ]),
        );
        await world.hostStrings.delete("ips", "h1");
        await told.until(new Map([["h2", "2"]]));
        expect(told.values).toHaveLength(4);
        told.end();
      });
    });

    describe("schedules", () => {
      const one = { strategy: "rr", max: 1, persist: false } as const;

      test("choose among who asks, and forget who does not any more", async () => {
        const told = schedule("web");
        await told.until([]);
        expect(await world.schedules.register("web", "h1", one)).toBe(true);
        await told.until(["h1"]);
        expect(await world.schedules.register("web", "h1", one)).toBe(false);
        await world.schedules.register("db", "h1", one);
        expect(await world.schedules.withdraw("web", "h1")).toBe(true);
        await told.until([]);
        expect(await world.schedules.withdraw("web", "h1")).toBe(false);
        expect(told.values).toEqual([[], ["h1"], []]);
        told.end();
      });

      test("keep who was chosen, and let who comes back wait", async () => {
        const told = schedule("web");
        const two = { ...one, max: 2 };
        for (const host of ["h2", "h3", "h1"]) await world.schedules.register("web", host, two);
        await told.until(["h2", "h3"]);
        await world.schedules.withdraw("web", "h2");
        await told.until(["h1", "h3"]);
        await world.schedules.register("web", "h2", two);
        await world.schedules.withdraw("web", "h3");
        await told.until(["h1", "h2"]);
        expect(told.values.slice(-2)).toEqual([
          ["h1", "h3"],
          ["h1", "h2"],
        ]);
        told.end();
      });

      test("choose only among the hosts that may be, and first those that have the least to do", async () => {
        const told = schedule("web");
        const options = { ...one, strategy: "least", max: 2, ttl: 60 } as const;
        for (const host of ["h1", "h2", "h3"])
          await world.schedules.register("web", host, { ...options, hosts: ["h3", "h1", "h9"] });
        await told.until(["h1", "h3"]);
        await world.schedules.register("web", "h1", { ...options, hosts: ["h2"] });
        await told.until(["h2"]);
        expect(await world.schedules.register("web", "h1", { ...options, hosts: ["h2"] })).toBe(false);
        told.end();
      });

      test("can be asked for", async () => {
        expect(await world.schedules.registration("web", "h1")).toBeUndefined();
        await world.schedules.register("web", "h1", one);
        await world.schedules.register("web", "h1", { ...one, max: 2, ttl: 60 });
        expect(await world.schedules.registration("web", "h1")).toEqual({ ...one, max: 2, ttl: 60 });
        expect(await world.schedules.registration("web", "h2")).toBeUndefined();
      });

      test("end when they are released, unless they persist or have time left", async () => {
        const three = { ...one, max: 3 };
        await world.schedules.register("web", "h1", three);
        await world.schedules.register("web", "h2", { ...three, persist: true });
        await world.schedules.register("web", "h3", { ...three, ttl: 3600 });
        const told = schedule("web");
        await told.until(["h1", "h2", "h3"]);
        const before = told.values.length;
        for (const host of ["h3", "h2", "h1", "h4"]) await world.schedules.release("web", host);
        await told.until(["h2", "h3"]);
        expect(await world.schedules.register("web", "h3", { ...three, ttl: 3600 })).toBe(false);
        expect(told.values).toHaveLength(before + 1);
        told.end();
      });

      test("that have been released end after their time", async () => {
        await world.schedules.register("web", "h1", { ...one, ttl: 1 });
        const told = schedule("web");
        await told.until(["h1"]);
        await world.schedules.release("web", "h1");
        await told.until([]);
        told.end();
      });

      test("that persist are found by others", async () => {
        await world.schedules.register("web", "h1", { ...one, persist: true });
        const later = await under.reopen();
        const told = new Told<readonly string[]>((...to) => later.schedules.follow("web", ...to));
        await told.until(["h1"]);
        expect(await later.schedules.withdraw("web", "h1")).toBe(true);
        await told.until([]);
        told.end();
      });
    });

    describe("exports", () => {
      const record = (more: Partial<ExportRecord>): ExportRecord => ({
        kind: "file",
        name: "/a",
        from: "h1",
        to: "*",
        fields: new Map([["content", "text"]]),
        meta: new Map([["hidden", true]]),
        ...more,
      });
      const seen = ({ name, from: host, fields, meta }: ExportRecord): ExportedResource => ({
        name,
        host,
        fields,
        meta,
      });

      test("are kept by all of their key, and found by others", async () => {
        const records = [
          record({}),
          record({ name: "/b/c" }),
          record({ to: "h2" }),
          record({ kind: "exec" }),
        ];
        for (const each of records) expect(await world.exports.put(each)).toBe(true);
        for (const each of records) expect(await world.exports.put(each)).toBe(false);
        const later = await under.reopen();
        const listed = await later.exports.list("h1");
        expect(listed.map(exportKeyText).sort()).toEqual(records.map(exportKeyText).sort());
        expect(await later.exports.list("h2")).toEqual([]);
        for (const each of records) expect(await later.exports.withdraw(each)).toBe(true);
        expect(await later.exports.withdraw(record({}))).toBe(false);
        expect(await later.exports.list("h1")).toEqual([]);
      });

      test("that end with their exporter are there as long as it is, and change nothing else", async () => {
        const [ending, lasting] = [record({}), record({ name: "/b" })];
        const told = exported("file", "h1");
        await told.until([]);
        expect(await world.exports.put(ending, { ttl: 2, isSealed: false })).toBe(true);
        expect(await world.exports.put(ending, { ttl: 2, isSealed: false })).toBe(false);
        await told.until([seen(ending)]);
        const process = await under.reopen();
        expect(await process.exports.put(ending, { ttl: 60, isSealed: false })).toBe(false);
        expect(await process.exports.put(ending, { ttl: 0, isSealed: false })).toBe(false);
        expect(await process.exports.put(ending, { ttl: 2, isSealed: false })).toBe(false);
        await world.exports.put(lasting);
        await told.until([seen(ending), seen(lasting)]);
        expect(told.values).toHaveLength(3);
        expect(await process.exports.withdraw(ending)).toBe(true);
        expect((await (await under.reopen()).exports.list("h1")).map(({ name }) => name)).toEqual(["/b"]);
        told.end();
      });

      test("are told to whom they are for, at first and at each change", async () => {
        const [all, other, mine] = [
          record({}),
          record({ to: "h3" }),
          record({ name: "/m", from: "h2", to: "h1" }),
        ];
        const told = exported("file", "h1");
        await told.until([]);
        await world.exports.put(other);
        await world.exports.put(record({ kind: "exec" }));
        await world.exports.put(all);
        await told.until([seen(all)]);
        await world.exports.put(mine);
        await told.until([seen(all), seen(mine)]);
        const changed = record({ fields: new Map([["content", "new"]]) });
        await world.exports.put(changed);
        await told.until([seen(changed), seen(mine)]);
        await world.exports.withdraw(changed);
        await told.until([seen(mine)]);
        told.end();
      });
    });

    describe("convergence", () => {
      test("of all hosts is known from what each says", async () => {
        const told = new Told<ReadonlyMap<string, boolean>>((listener, signal) =>
          world.convergence.follow(listener, signal),
        );
        await told.until(new Map());
        await world.convergence.report("h2", false);
        await world.convergence.report("h1", true);
        await told.until(
          new Map([
            ["h1", true],
            ["h2", false],
          ]),
        );
        await world.convergence.report("h2", true);
        await told.until(
          new Map([
            ["h1", true],
            ["h2", true],
          ]),
        );
        told.end();
      });
    });
  });
}
