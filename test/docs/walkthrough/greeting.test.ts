import { expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { openResource, Scratch } from "../../resources/harness.ts";
import { greeting } from "./greeting.ts";

test("the greeting comes back", async () => {
  await using scratch = new Scratch();
  const path = scratch.at("hello");
  await using resource = await openResource(greeting, path, { text: "hi" });
  await resource.watch();
  expect(await resource.noop()).toBe(false);
  expect(await resource.apply()).toBe(false);
  expect(await resource.apply()).toBe(true);
  writeFileSync(path, "something else");
  await resource.repairUntil(() => readFileSync(path, "utf8") === "hi\n");
});
