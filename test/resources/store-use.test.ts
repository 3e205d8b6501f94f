import { expect, test } from "bun:test";
import { EtcdError } from "../../etcd/client/error.ts";
import { StoreUse } from "../../src/resources/store-use.ts";
import type { Listener } from "../../src/world/listener.ts";

const storeAnswer: StoreUse["answer"] = (...asked) => new StoreUse().answer(...asked);
const never = new Promise<never>(() => {});

test("an answer, or what went wrong", async () => {
  const { signal } = new AbortController();
  expect(await storeAnswer(Promise.resolve(1), signal)).toBe(1);
  await expect(storeAnswer(Promise.reject(new Error("the store is gone")), signal)).rejects.toThrow(
    "is gone",
  );
});

test("no answer is not waited for, when its time is over or nobody wants it any more", async () => {
  const ending = new AbortController();
  await expect(storeAnswer(never, ending.signal, 0.01)).rejects.toThrow("has not answered within 0.01 s");
  const asked = storeAnswer(never, ending.signal);
  ending.abort();
  await expect(asked).rejects.toThrow("gave up waiting");
  await expect(storeAnswer(never, ending.signal)).rejects.toThrow("gave up waiting");
});

test("a store that is out of reach does not end the watch, and one that comes back is an event", async () => {
  const told: string[] = [];
  let listener: Listener<unknown> | undefined;
  const ends = new AbortController();
  const watched = new StoreUse().watch(
    {
      ready: () => told.push("ready"),
      changed: () => told.push("changed"),
      endWith: async () => {},
      signal: ends.signal,
    },
    (given) => (listener = given),
  );
  listener?.onError(new EtcdError("unreachable", "cannot reach etcd"));
  expect(told).toEqual(["ready"]);
  listener?.onValue("text");
  expect(told).toEqual(["ready", "changed"]);
  listener?.onError(new EtcdError("permission-denied", "may not"));
  await expect(watched).rejects.toThrow("may not");
  ends.abort();
});
