/** What the agent keeps below `PREFIX/engine/` from one run to the next. */
import { expect, test } from "bun:test";
import { utimesSync } from "node:fs";
import { Agent } from "./support/agent.ts";
import { mgmt } from "./support/mgmt.ts";
import { Scratch } from "./support/scratch.ts";

const password = (name: string): string => `password "${name}" {\n\tlength => 8,\n\tsaved => true,\n}\n`;

/** As if nobody had used anything for so many days, though the agent ran yesterday. */
function age(dir: Scratch, days: number): void {
  const past = Date.now() / 1000 - days * 86_400;
  for (const name of dir.list("prefix/engine/state"))
    utimesSync(dir.at(`prefix/engine/state/${name}`), past, past);
  utimesSync(dir.at("prefix/engine/swept"), past, Date.now() / 1000 - 86_400);
}

const kept = (dir: Scratch): readonly string[] =>
  dir
    .list("prefix/engine/state")
    .map((name) => name.replace(/.*\+/, ""))
    .toSorted();

test("what resources remember that are long gone is removed, once the graph is there", async () => {
  using dir = new Scratch();
  expect((await dir.once(password("a") + password("b"))).status).toBe(0);
  age(dir, 31);
  const { stderr } = await dir.once(password("b"));
  expect(kept(dir)).toEqual(["b"]);
  expect(stderr).toMatch(/engine: removed .*password-[0-9a-f]+\+a: no resource has used it for 30 days/);
  expect((await dir.once(password("a"))).stderr).not.toContain("removed");
  age(dir, 31);
  const noop = await dir.once(password("a"), ["--noop"]);
  expect([kept(dir), noop.stderr]).toEqual([["a", "b"], expect.not.stringContaining("removed")]);
  await using agent = new Agent(dir, [dir.program(password("a"))]);
  await agent.says("+b: no resource has used it");
  expect(kept(dir)).toEqual(["a"]);
  expect(await agent.stop()).toBe(0);
});

test("a directory of a newer version is refused", async () => {
  using dir = new Scratch();
  expect((await dir.once(password("a"))).status).toBe(0);
  expect(dir.read("prefix/engine/format")).toBe("1\n");
  dir.write("prefix/engine/format", "2\n");
  const { status, stderr } = await mgmt(["--standalone", "--once", "--prefix", dir.prefix, "empty"]);
  expect([status, stderr]).toEqual([1, expect.stringContaining("was written by a newer mgmt (format 2")]);
  expect(stderr).toContain("another directory with --prefix");
});
