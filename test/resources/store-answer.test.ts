import { expect, test } from "bun:test";
import { storeAnswer } from "../../src/resources/store-answer.ts";

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
