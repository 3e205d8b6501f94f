import { expect, test } from "bun:test";
import { LogFolder } from "../../../etcd/server/log-folder.ts";

const line = (message: string, topic = "topic") => ({ level: "warn" as const, message, topic });

test("a topic is told once, and at the end how often it came", () => {
  const told: string[] = [];
  const folder = new LogFolder(({ message }) => told.push(message), 1_000_000);
  folder.push(line("a1"));
  folder.push(line("b", "other"));
  folder.push(line("a2"));
  folder.push(line("a3"));
  expect(told).toEqual(["a1", "b"]);
  folder.flush();
  expect(told).toEqual(["a1", "b", "a3 [2 times more]"]);
  folder.push(line("a4"));
  expect(told.at(-1)).toBe("a4");
  folder.flush();
});

test("what goes on is told anew after a while", async () => {
  const { promise, resolve } = Promise.withResolvers<string>();
  let told = 0;
  const folder = new LogFolder(({ message }) => {
    if (++told === 2) resolve(message);
  }, 10);
  folder.push(line("first"));
  folder.push(line("second"));
  expect(await promise).toBe("second [once more]");
  folder.flush();
});
