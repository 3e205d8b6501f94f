import { describe, expect, test } from "bun:test";
import { chmodSync, chownSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import type { Change } from "../../../src/engine/resource.ts";
import { file } from "../../../src/resources/file.ts";
import { asRoot } from "../../support/needs.ts";
import { type Fields, openResource, Scratch } from "../harness.ts";

interface Row {
  readonly what: string;
  readonly prepare: (path: string) => void;
  readonly fields: Fields;
  readonly changes: (path: string) => readonly Change[];
}

const field = (name: string, before: string, after: string): Change => ({
  kind: "field",
  field: name,
  before,
  after,
});
const old = (path: string): void => {
  writeFileSync(path, "old\n");
  chmodSync(path, 0o644);
};
const oldOfRoot = (path: string): void => {
  old(path);
  chownSync(path, 0, 0);
};

const rows: readonly Row[] = [
  {
    what: "a new file",
    prepare: () => {},
    fields: { state: "exists", content: "new\n", mode: "0600" },
    changes: (path) => [
      field("state", "absent", "exists"),
      { kind: "content", path, before: "", after: "new\n" },
    ],
  },
  {
    what: "contents that are no text",
    prepare: (path) => writeFileSync(path, Uint8Array.of(1, 255)),
    fields: { content: "a\0b" },
    changes: (path) => [{ kind: "content", path, before: undefined, after: undefined }],
  },
  {
    what: "contents too large to show",
    prepare: (path) => writeFileSync(path, "x".repeat(1_000_000)),
    fields: { content: "small" },
    changes: (path) => [{ kind: "content", path, before: undefined, after: "small" }],
  },
  {
    what: "a file to be removed",
    prepare: old,
    fields: { state: "absent" },
    changes: () => [field("state", "exists", "absent")],
  },
  {
    what: "a link",
    prepare: (path) => symlinkSync("old", path),
    fields: { state: "exists", symlink: true, source: "new" },
    changes: () => [field("symlink", "old", "new")],
  },
];

/** With owners, and attributes, that only root may set. */
const rowsOfRoot: readonly Row[] = [
  {
    what: "other contents and attributes",
    prepare: oldOfRoot,
    fields: { content: "new\n", owner: "1", group: "daemon", mode: "u=rwxs,go=" },
    changes: (path) => [
      { kind: "content", path, before: "old\n", after: "new\n" },
      field("owner", "root", "daemon"),
      field("group", "root", "daemon"),
      field("mode", "0644", "04700"),
    ],
  },
  {
    what: "attributes alone",
    prepare: oldOfRoot,
    fields: { content: "old\n", owner: "daemon", mode: "0600" },
    changes: () => [field("owner", "root", "daemon"), field("mode", "0644", "0600")],
  },
  {
    what: "an SELinux context",
    prepare: old,
    fields: { selinux: "a:b:c" },
    changes: () => [field("selinux", "", "a:b:c")],
  },
  {
    what: "nothing",
    prepare: oldOfRoot,
    fields: { content: "old\n", mode: "0644", owner: "root" },
    changes: () => [],
  },
];

describe("what is shown", () => {
  for (const apply of [false, true]) {
    const isShown = async ({ prepare, fields, changes }: Row): Promise<void> => {
      await using scratch = new Scratch();
      const path = scratch.at("f");
      prepare(path);
      await using resource = await openResource(file, path, fields);
      expect(await resource.differences(apply)).toEqual([...changes(path)]);
    };
    test.each(rows)(`$what, apply ${apply}`, isShown);
    asRoot.each(rowsOfRoot)(`$what, apply ${apply}`, isShown);
  }

  test("a directory, entry by entry", async () => {
    await using scratch = new Scratch();
    mkdirSync(scratch.at("source/a"), { recursive: true });
    writeFileSync(scratch.at("source/f"), "new");
    mkdirSync(scratch.at("d"));
    writeFileSync(scratch.at("d/extra"), "");
    const fields = { source: scratch.at("source/"), recurse: true, state: "exists" };
    await using resource = await openResource(file, scratch.at("d/"), fields);
    const expected: Change[] = [
      field(scratch.at("d/a"), "absent", "directory"),
      { kind: "content", path: scratch.at("d/f"), before: "", after: "new" },
      field(scratch.at("d/extra"), "file", "absent"),
    ];
    expect(await resource.differences(false)).toEqual(expected);
    expect(await resource.differences(true)).toEqual(expected);
    expect(await resource.differences(true)).toEqual([]);
    expect(readFileSync(scratch.at("d/f"), "utf8")).toBe("new");
  });
});
