import { expect, test } from "bun:test";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { temporaryPath } from "../../../src/os/atomic-file.ts";
import { file } from "../../../src/resources/file.ts";
import { openResource, Scratch } from "../harness.ts";
import { childCommand } from "./run-child.ts";

test("a process killed while it writes leaves old or new contents, and nothing the next run does not remove", async () => {
  const contents = ["a".repeat(900_000), "b".repeat(700_000)];
  for (let written = 1; written <= 6; written++) {
    await using scratch = new Scratch();
    const sources = contents.map((content, index) => {
      const source = scratch.at(`source-${index}`);
      writeFileSync(source, content);
      return source;
    });
    const path = scratch.at("f");
    const fields = sources.map((source) => ({ state: "exists", source }));
    const child = Bun.spawn(childCommand({ path, fields }), { stdout: "pipe" });
    let lines = 0;
    for await (const chunk of child.stdout) {
      lines += chunk.filter((byte) => byte === 0x0a).length;
      if (lines >= written) break;
    }
    child.kill("SIGKILL");
    await child.exited;

    const found = readFileSync(path, "utf8");
    expect(contents.includes(found)).toBe(true);
    // The state left behind is the wanted one: there is nothing to write, only to tidy up.
    await using next = await openResource(file, path, { state: "exists", content: found });
    expect(await next.apply()).toBe(true);
    expect(readdirSync(scratch.path).sort()).toEqual(["f", "source-0", "source-1"]);
  }
});

test.each(["f", "new\nline\udcff", "x".repeat(250)])(
  "the leftover of %j is removed even if nothing else is to be done",
  async (name) => {
    await using scratch = new Scratch();
    const path = scratch.at(name);
    await using first = await openResource(file, path, { state: "exists", content: "x" });
    await first.apply();
    await using leftover = await openResource(file, temporaryPath(path), {
      state: "exists",
      content: "half",
    });
    await leftover.apply();
    expect(readdirSync(scratch.path)).toHaveLength(2);
    await using looking = await openResource(file, path, { state: "exists", content: "x" });
    expect(await looking.noop()).toBe(true);
    expect(readdirSync(scratch.path)).toHaveLength(2);
    await using next = await openResource(file, path, { state: "exists", content: "x" });
    expect(await next.apply()).toBe(true);
    expect(readdirSync(scratch.path)).toHaveLength(1);
  },
);
