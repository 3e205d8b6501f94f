import { describe, expect, test } from "bun:test";
import { lstatSync, readlinkSync, symlinkSync } from "node:fs";
import { Scratch } from "./support/scratch.ts";

const nothing = 'noop "n" {}\n';

function file(fields: string, meta = "Meta:reverse => true,"): string {
  return `file "DIR/x" {\n\t${fields}\n\t${meta}\n}\n`;
}

function stateFiles(dir: Scratch): readonly string[] {
  return dir.list("prefix/engine/state").filter((name) => name.startsWith("file-"));
}

describe("what a file resource has done is undone when it leaves:", () => {
  test("a file that was not there", async () => {
    using dir = new Scratch();
    await dir.once(file('state => "exists",\n\tcontent => "new",'));
    expect(dir.read("x")).toBe("new");
    const { status, stderr } = await dir.once(nothing);
    expect(status).toBe(0);
    expect(stderr).toContain(`file[${dir.at("x")}]: is undone (Meta:reverse)`);
    expect(stderr).toContain("main: 2 resources, 1 changed, 0 failed, 0 blocked");
    expect(dir.has("x")).toBe(false);
  });

  test("contents, owner and mode of one that was", async () => {
    using dir = new Scratch();
    dir.write("x", new Uint8Array([0x61, 0xff, 0x0a]));
    Bun.spawnSync(["chmod", "640", dir.at("x")]);
    await dir.once(file('content => "one",\n\tmode => "0600",'));
    await dir.once(file('content => "two",\n\tmode => "0604",'));
    expect([dir.read("x"), dir.mode("x")]).toEqual(["two", 0o604]);
    const [name = ""] = stateFiles(dir);
    const kept: unknown = JSON.parse(dir.read(`prefix/engine/state/${name}/reverse.json`));
    expect(kept).toMatchObject({ version: 1, kind: "file", fields: { state: "exists", mode: "0640" } });
    expect(dir.mode(`prefix/engine/state/${name}/reverse.json`)).toBe(0o600);
    await dir.once(nothing);
    expect([...new Uint8Array(await Bun.file(dir.at("x")).arrayBuffer())]).toEqual([0x61, 0xff, 0x0a]);
    expect(dir.mode("x")).toBe(0o640);
    expect(dir.has(`prefix/engine/state/${name}/reverse.json`)).toBe(false);
  });

  test("one that was removed", async () => {
    using dir = new Scratch();
    dir.write("x", "secret");
    Bun.spawnSync(["chmod", "600", dir.at("x")]);
    await dir.once(file('state => "absent",'));
    expect(dir.has("x")).toBe(false);
    await dir.once(nothing);
    expect([dir.read("x"), dir.mode("x")]).toEqual(["secret", 0o600]);
  });

  test("a link that was removed", async () => {
    using dir = new Scratch();
    symlinkSync("somewhere", dir.at("x"));
    await dir.once(file('state => "absent",'));
    await dir.once(nothing);
    expect(lstatSync(dir.at("x")).isSymbolicLink()).toBe(true);
    expect(readlinkSync(dir.at("x"))).toBe("somewhere");
  });

  test("not by an agent that changes nothing, which says what it would do", async () => {
    using dir = new Scratch();
    await dir.once(file('state => "exists",\n\tcontent => "new",'));
    const { stderr, stdout } = await dir.once(nothing, ["--noop", "--diff"]);
    expect(stdout).toContain(`file[${dir.at("x")}]: state: exists -> absent`);
    expect(stderr).toContain("1 would change");
    expect(dir.read("x")).toBe("new");
  });

  test("what it did not change stays as it is", async () => {
    using dir = new Scratch();
    dir.write("x", "mine");
    await dir.once(file('mode => "0600",'));
    dir.write("x", "changed by somebody else");
    await dir.once(nothing);
    expect(dir.read("x")).toBe("changed by somebody else");
  });
});

describe("what cannot be put back is refused before anything is changed:", () => {
  test("a directory", async () => {
    using dir = new Scratch();
    const program = 'file "DIR/d/" {\n\tstate => "exists",\n\tMeta:reverse => true,\n}\n';
    const { status, stderr } = await dir.once(program);
    expect(status).toBe(1);
    expect(stderr).toContain(`Meta:reverse: a directory cannot be put back: ${dir.at("d/")}; leave it out`);
    expect(dir.has("d")).toBe(false);
  });

  test("a copy", async () => {
    using dir = new Scratch();
    dir.write("s", "text");
    const { stderr } = await dir.once(file('state => "exists",\n\tsource => "DIR/s",'));
    expect(stderr).toContain("Meta:reverse: what is copied from a source cannot be put back");
    expect(dir.has("x")).toBe(false);
  });
});

test("a record that cannot be used stays, is named, and harms nobody", async () => {
  using dir = new Scratch();
  await dir.once(file('state => "exists",'));
  const [name = ""] = stateFiles(dir);
  const path = `prefix/engine/state/${name}/reverse.json`;
  for (const [text, why] of [
    ["{", "JSON"],
    ['{"version": 2}', "version 2 is not known here"],
    ['{"version": 1, "kind": "nokind", "name": "x"}', "there is no kind nokind"],
    [
      '{"version": 1, "kind": "file", "name": "x", "fields": {"mode": 7}, "meta": {}}',
      "mode must be a string",
    ],
  ] as const) {
    dir.write(path, text);
    const { status, stderr } = await dir.once(nothing);
    expect(status).toBe(0);
    expect(stderr).toContain(`cannot undo what ${dir.at(path)} tells of`);
    expect(stderr).toContain(why);
    expect(dir.read(path)).toBe(text);
  }
});
