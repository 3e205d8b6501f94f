import { expect, test } from "bun:test";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { file } from "../../../src/resources/file.ts";
import { asRoot } from "../../support/needs.ts";
import { openResource, Scratch } from "../harness.ts";

test("the second of two immediate writes is noticed too", async () => {
  await using scratch = new Scratch();
  const path = scratch.at("f");
  await using resource = await openResource(file, path, { state: "exists", content: "right\n" });
  await resource.watch();
  await resource.apply();
  const script = `while read -r _; do echo one > "$1"; echo two > "$1"; echo done; done`;
  await using writer = Bun.spawn(["bash", "-c", script, "bash", path], { stdin: "pipe", stdout: "pipe" });
  const answers = writer.stdout.getReader();
  for (let round = 0; round < 50; round++) {
    writer.stdin.write("go\n");
    await writer.stdin.flush();
    const answered = answers.read();
    await resource.event();
    await resource.apply();
    await answered;
    await resource.repairUntil(() => readFileSync(path, "utf8") === "right\n");
  }
  writer.stdin.end();
});

asRoot("attributes are watched", async () => {
  await using scratch = new Scratch();
  const path = scratch.at("f");
  await using resource = await openResource(file, path, { state: "exists", mode: "0600", owner: "daemon" });
  await resource.watch();
  await resource.apply();
  Bun.spawnSync(["chmod", "0644", path]);
  await resource.event();
  expect(await resource.apply()).toBe(false);
  Bun.spawnSync(["chown", "root", path]);
  await resource.repairUntil(
    () => Bun.spawnSync(["stat", "-c", "%U %a", path]).stdout.toString() === "daemon 600\n",
  );
});

test("the text of a link is no path to watch", async () => {
  await using scratch = new Scratch();
  await using resource = await openResource(file, scratch.at("l"), {
    symlink: true,
    state: "exists",
    source: "relative/and/missing",
  });
  await resource.watch();
  expect(await resource.apply()).toBe(false);
});

test("what a watched link leads to is watched", async () => {
  await using scratch = new Scratch();
  mkdirSync(scratch.at("real"));
  writeFileSync(scratch.at("real/f"), "right");
  symlinkSync("real/f", scratch.at("l"));
  await using resource = await openResource(file, scratch.at("l"), { content: "right" });
  await resource.watch();
  writeFileSync(scratch.at("real/f"), "wrong");
  await resource.repairUntil(() => readFileSync(scratch.at("real/f"), "utf8") === "right");
});

test("the watch ends when it is told to", async () => {
  await using scratch = new Scratch();
  const resource = await openResource(file, scratch.at("f"), {
    fragments: [scratch.at("a"), scratch.at("b/")],
  });
  await resource.watch();
  const ended = resource.watchEnded();
  await resource[Symbol.asyncDispose]();
  await ended;
});
