import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { print, type Value } from "../../../lang/value.ts";
import { call, hostIn, outcome } from "./call.ts";

const invalid = "FatalError: invalid path";
const malformed = "FatalError: syntax error in pattern";

describe.each(["golang/path", "golang/path/filepath"])("%s", (module) => {
  const rows: readonly (readonly [name: string, args: readonly Value[], expected: string])[] = [
    ["base", [""], '"."'],
    ["base", ["///"], '"/"'],
    ["base", ["/a/b/"], '"b"'],
    ["clean", [""], '"."'],
    ["clean", ["a//b/./../c/"], '"a/c"'],
    ["clean", ["/../a"], '"/a"'],
    ["clean", ["../../a/.."], '"../.."'],
    ["dir", [""], '"."'],
    ["dir", ["/a"], '"/"'],
    ["dir", ["a/b/"], '"a/b"'],
    ["dir", ["//x/../y/z"], '"/y"'],
    ["ext", ["a.tar.gz"], '".gz"'],
    ["ext", ["a.b/c"], '""'],
    ["ext", ["a."], '"."'],
    ["ext", [".profile"], '".profile"'],
    ["is_abs", ["/"], "true"],
    ["is_abs", [""], "false"],
    ["join", [[]], '""'],
    ["join", [["", ""]], '""'],
    ["join", [["a", "", "../b", "/c"]], '"b/c"'],
    ["join", [["/", "a"]], '"/a"'],
    ["join", [["\udcff", "a"]], '"\\xff/a"'],
    ["match", ["abc", "abc"], "true"],
    ["match", ["*", ""], "true"],
    ["match", ["*c", "abc"], "true"],
    ["match", ["a*", "ab/c"], "false"],
    ["match", ["a*/b", "a/c/b"], "false"],
    ["match", ["a*b*c*d*e*/f", "axbxcxdxexxx/f"], "true"],
    ["match", ["a*b?c*x", "abxbbxdbxebxczzy"], "false"],
    ["match", ["ab[c-e]", "abd"], "true"],
    ["match", ["ab[^e-g]", "abf"], "false"],
    ["match", ["a\\*b", "a*b"], "true"],
    ["match", ["a?b", "a☺b"], "true"],
    ["match", ["a???b", "a☺b"], "false"],
    ["match", ["a[!a]b", "a☺b"], "false"],
    ["match", ["[\\]a]", "]"], "true"],
    ["match", ["[x\\-]", "-"], "true"],
    ["match", ["a?b", "a/b"], "false"],
    ["match", ["*x", "xxx"], "true"],
    ["match", ["?", "\udcff"], "true"],
    ["match", ["[\ufffd]", "\udcff"], "true"],
    // A star may stop within a character, whose bytes are then characters of their own.
    ["match", ["*??", "€"], "true"],
    ...["[]a]", "[-]", "[x-]", "[a-b-c]", "[", "[^", "[^bc", "a[", "\\", "[\udcff]"].map(
      (pattern) => ["match", [pattern, "a"], malformed] as const,
    ),
  ];
  test.each(
    rows.map(([name, args, expected]) => [name, args.map(print).join(", "), args, expected] as const),
  )("%s(%s)", (name, _, args, expected) => {
    expect(outcome(`${module}.${name}`, args)).toBe(expected);
  });
});

test("many slashes take no longer than other characters", () => {
  const path = `${"/".repeat(1_000_000)}a${"/".repeat(1_000_000)}b`;
  expect(call("golang/path.base", [path])).toBe("b");
  expect(call("golang/path.clean", [path])).toBe("/a/b");
});

describe("golang/path/filepath", () => {
  const relError = (to: string, from: string) => `FatalError: Rel: can't make ${to} relative to ${from}`;
  const rows: readonly (readonly [name: string, args: readonly Value[], expected: string])[] = [
    ["rel", ["a/b", "a/b"], '"."'],
    ["rel", ["a/b/c", "a/b"], '".."'],
    ["rel", ["a/b", "a/c/d"], '"../c/d"'],
    ["rel", ["/", "/a"], '"a"'],
    ["rel", [".", "a"], '"a"'],
    ["rel", ["a", "."], '".."'],
    ["rel", [".", ".."], '".."'],
    ["rel", ["../../a/b", "../../a/b/c"], '"c"'],
    ["rel", ["ab", "abc"], '"../abc"'],
    ["rel", ["..", "."], relError(".", "..")],
    ["rel", ["..", "a"], relError("a", "..")],
    ["rel", ["a", "/a"], relError("/a", "a")],
    ["is_local", [""], "false"],
    ["is_local", ["."], "true"],
    ["is_local", ["a/../b"], "true"],
    ["is_local", ["a/../.."], "false"],
    ["is_local", ["/a"], "false"],
    ["is_local", ["..."], "true"],
    ["localize", ["a/b"], '"a/b"'],
    ["localize", ["."], '"."'],
    ...["", "/a", "a/", "a//b", "..", "a/../b", "a\0b", "\udcff"].map(
      (path) => ["localize", [path], invalid] as const,
    ),
    ["has_prefix", ["/a/bc", "/a/b"], "true"],
    ["from_slash", ["a//b"], '"a//b"'],
    ["to_slash", ["a\\b"], '"a\\\\b"'],
    ["volume_name", ["c:/a"], '""'],
    ["abs", ["/a/../b/"], '"/b"'],
    ["abs", [""], print(process.cwd())],
    ["abs", ["../x"], print(join(process.cwd(), "../x"))],
  ];
  test.each(
    rows.map(([name, args, expected]) => [name, args.map(print).join(", "), args, expected] as const),
  )("%s(%s)", (name, _, args, expected) => {
    expect(outcome(`golang/path/filepath.${name}`, args)).toBe(expected);
  });

  test("rel leads from one path to the other", () => {
    const path = fc.string({ unit: fc.constantFrom("a", "b", "/", ".", "..", "/"), maxLength: 8 });
    fc.assert(
      fc.property(path, path, (from, to) => {
        const leading = outcome("golang/path/filepath.rel", [from, to]);
        fc.pre(!leading.startsWith("FatalError"));
        const relative = call("golang/path/filepath.rel", [from, to]);
        const arrived = call("golang/path.join", [[from === "" ? "." : from, relative]]);
        expect(arrived).toBe(call("golang/path.clean", [to]));
      }),
    );
  });
});

describe("eval_symlinks", () => {
  const host = hostIn("UTC");
  let directory = "";
  beforeAll(() => {
    directory = realpathSync(mkdtempSync(join(tmpdir(), "mgmt-path-")));
    mkdirSync(join(directory, "dir"));
    writeFileSync(join(directory, "dir", "file"), "");
    symlinkSync("dir", join(directory, "link"));
    symlinkSync(join(directory, "dir"), join(directory, "absolute"));
    symlinkSync("../link/file", join(directory, "dir", "up"));
    symlinkSync("loop", join(directory, "loop"));
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  const resolve = (path: string) => outcome("golang/path/filepath.eval_symlinks", [path], { host });

  test.each(["link/file", "absolute/file", "dir/up", "link/../link/./file"])("follows %s", (path) => {
    expect(resolve(join(directory, "x", "..", path))).toBe(print(join(directory, "dir", "file")));
    expect(resolve(`${directory}/${path}`)).toBe(print(join(directory, "dir", "file")));
  });

  test("leaves relative paths relative", () => {
    expect(resolve("")).toBe('"."');
    expect(resolve("./..")).toBe('".."');
    expect(resolve("/..")).toBe('"/"');
  });

  test("fails where a path leads nowhere", () => {
    expect(resolve(join(directory, "missing"))).toMatch(/^FatalError: .*missing: no such file or directory$/);
    expect(resolve(join(directory, "dir", "file", "x"))).toMatch(/^FatalError: .*: not a directory$/);
    expect(resolve(join(directory, "loop"))).toBe("FatalError: EvalSymlinks: too many links");
  });
});
