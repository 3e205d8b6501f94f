import { describe, expect, test } from "bun:test";
import { file } from "../../../src/resources/file.ts";
import { type Fields, flawOf } from "../harness.ts";

const badMode = (mode: string): string => `mode should be an octal number or symbolic mode (${mode}): `;

describe("what is refused", () => {
  const rows: readonly (readonly [name: string, fields: Fields, error: string])[] = [
    ["/a", { dirname: "/b" }, "dirname must end with a slash"],
    ["/a", { basename: "/b" }, "basename must not start with a slash"],
    ["a", {}, "the path must be absolute, got `a`"],
    ["/a", { path: "a/" }, "the path must be absolute, got `a/`"],
    ["/a", { state: "present" }, "the state must be `exists` or `absent`, got `present`"],
    ["/a", { content: "", source: "/b" }, "can only specify one of Content, Source, and Fragments"],
    ["/a", { source: "/b", fragments: ["/c"] }, "can only specify one of Content, Source, and Fragments"],
    ["/a", { content: "", fragments: ["/c"] }, "can only specify one of Content, Source, and Fragments"],
    ["/a", { symlink: true, state: "exists" }, "can't use Symlink with an empty Source"],
    [
      "/a",
      { state: "absent", content: "" },
      "can't specify file Content, Source, or Fragments when State is absent",
    ],
    [
      "/a",
      { state: "absent", source: "/b" },
      "can't specify file Content, Source, or Fragments when State is absent",
    ],
    [
      "/a",
      { state: "absent", fragments: ["/b"] },
      "can't specify file Content, Source, or Fragments when State is absent",
    ],
    ["/a", { state: "absent", selinux: "" }, "can't specify SELinux when State is absent"],
    ["/a/", { source: "/b", recurse: true }, "the path and Source must either both be dirs or both not be"],
    ["/a", { source: "/b/", recurse: true }, "the path and Source must either both be dirs or both not be"],
    ["/a/", { content: "" }, "can't specify Content or Fragments or Symlink when creating a Dir"],
    ["/a/", { fragments: ["/b"] }, "can't specify Content or Fragments or Symlink when creating a Dir"],
    [
      "/a/",
      { symlink: true, source: "/b" },
      "can't specify Content or Fragments or Symlink when creating a Dir",
    ],
    ["/a/", { source: "/b/" }, "you'll want to Recurse when you have a Source dir to copy"],
    ["/a/", { purge: true }, "you'll want to Recurse when you have a Purge to do"],
    ["/a", { source: "/b", recurse: true }, "you can't recurse when copying a single file"],
    ["/a", { fragments: ["b"] }, "the frag (`b`) isn't an absolute path"],
    ["/a/b", { fragments: ["/c", "/a/"] }, "inside a frag (`/a/`)"],
    ["/a", { fragments: ["/a"] }, "inside a frag (`/a`)"],
    ["/a", { content: "", purge: true, recurse: true }, "can't combine Purge with Content or Fragments"],
    ["/a", { mode: "ug_rwx" }, `${badMode("ug_rwx")}ug_rwx is not a valid a symbolic mode`],
    ["/a", { mode: "u+x" }, `${badMode("u+x")}u+x is not a valid a symbolic mode`],
    ["/a", { mode: "g=rwy" }, `${badMode("g=rwy")}unexpected character assignment in g=rwy`],
    [
      "/a",
      { mode: "uu=rw" },
      `${badMode("uu=rw")}subject was repeated: only define each subject (u,g,o) once`,
    ],
    ["/a", { mode: "0999" }, `${badMode("0999")}0999 is not a valid a symbolic mode`],
    ["/a", { symlink: true, content: "" }, "can't specify Content or Fragments with Symlink"],
    [
      "/a",
      { symlink: true, source: "/b", state: "exists", recurse: true },
      "can't specify Recurse or Purge with Symlink",
    ],
    [
      "/a",
      { purge: true, recurse: true },
      "can't Purge a file: end the path with a slash to manage a directory",
    ],
    [
      "/a/b/",
      { source: "/a/", recurse: true },
      "can't copy between a dir and what is in it: neither of path and Source may be inside the other",
    ],
    [
      "/a/",
      { source: "/a/b/", recurse: true },
      "can't copy between a dir and what is in it: neither of path and Source may be inside the other",
    ],
  ];
  test.each(rows)("%s %j: %s", (name, fields, error) => {
    expect(flawOf(file, name, fields)).toBe(error);
  });
});

describe("what is accepted", () => {
  const rows: readonly (readonly [name: string, fields: Fields])[] = [
    ["/a", {}],
    ["/a/", { state: "exists", recurse: true, purge: true }],
    ["a", { path: "/b" }],
    ["a", { dirname: "/b/" }],
    ["/a", { state: "absent", owner: "root", mode: "0600" }],
    ["/a", { symlink: true, source: "../dangling/", state: "exists" }],
    ["/a", { symlink: true, state: "absent" }],
    ["/a", { source: "/b" }],
    ["/a/", { source: "/ab/", recurse: true }],
    ["/a", { mode: "u=rw,go=" }],
    ["/a", { mode: "04755" }],
  ];
  test.each(rows)("%s %j", (name, fields) => {
    expect(flawOf(file, name, fields)).toBeUndefined();
  });
});
