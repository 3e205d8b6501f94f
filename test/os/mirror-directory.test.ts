import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { mirrorDirectory } from "../../src/os/mirror-directory.ts";

let scratch: string;
const source = (path = ""): string => join(scratch, "source", path);
const target = (path = ""): string => join(scratch, "target", path);

beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), "mgmt-mirror-"));
  mkdirSync(source());
  mkdirSync(target());
});
afterEach(() => rmSync(scratch, { recursive: true }));

function write(path: string, content: string | Uint8Array = "", mode = 0o644): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  chmodSync(path, mode);
}

const mode = (path: string): number => lstatSync(path).mode & 0o7777;
const all = (): readonly string[] => readdirSync(target(), { recursive: true }).map(String).toSorted();

describe("a mirror", () => {
  test("holds what there is, with its permissions, and nothing else", () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
    write(source("a"), bytes, 0o600);
    write(source("deep/down/b"), "b", 0o755);
    mkdirSync(source("empty"), { mode: 0o500 });
    write(target("extra/file"));
    write(target("deep/extra"));
    mirrorDirectory(source(), target());
    expect(all()).toEqual(["a", "deep", "deep/down", "deep/down/b", "empty"]);
    expect(Uint8Array.from(readFileSync(target("a")))).toEqual(bytes);
    expect([mode(target("a")), mode(target("deep/down/b")), mode(target("empty"))]).toEqual([
      0o600, 0o755, 0o700,
    ]);
  });

  test("leaves alone what is equal", () => {
    write(source("same"), "same");
    write(source("other"), "new");
    mirrorDirectory(source(), target());
    const before = statSync(target("same")).ino;
    utimesSync(target("same"), 1, 1);
    write(target("other"), "old");
    chmodSync(source("other"), 0o640);
    mirrorDirectory(source(), target());
    expect([statSync(target("same")).ino, statSync(target("same")).mtimeMs]).toEqual([before, 1000]);
    expect([readFileSync(target("other"), "utf8"), mode(target("other"))]).toEqual(["new", 0o640]);
  });

  test("replaces what is of another kind", () => {
    write(source("file"), "file");
    write(source("directory/file"), "file");
    write(target("file/inside"));
    write(target("directory"));
    write(join(scratch, "outside"), "outside");
    write(source("link"), "link");
    symlinkSync(join(scratch, "outside"), target("link"));
    mirrorDirectory(source(), target());
    expect(all()).toEqual(["directory", "directory/file", "file", "link"]);
    expect(lstatSync(target("link")).isFile()).toBe(true);
    expect(readFileSync(join(scratch, "outside"), "utf8")).toBe("outside");
  });

  test("follows links, so that it stands for itself", () => {
    write(join(scratch, "outside/file"), "outside");
    symlinkSync("../outside/file", source("file"));
    symlinkSync("../outside", source("directory"));
    symlinkSync("../outside", source("again"));
    mirrorDirectory(source(), target());
    expect(all()).toEqual(["again", "again/file", "directory", "directory/file", "file"]);
    expect(lstatSync(target("directory")).isDirectory()).toBe(true);
    expect(readFileSync(target("file"), "utf8")).toBe("outside");
  });
});

describe("there is no mirror", () => {
  test("of a directory in itself", () => {
    mkdirSync(source("inside"));
    symlinkSync(source("inside"), join(scratch, "link"));
    expect(() => mirrorDirectory(source(), join(scratch, "link"))).toThrow("would be inside of it");
  });

  test("of links that lead round and round, or nowhere", () => {
    mkdirSync(source("a"));
    mkdirSync(source("b"));
    symlinkSync("../b", source("a/to-b"));
    symlinkSync("../a", source("b/to-a"));
    expect(() => mirrorDirectory(source(), target())).toThrow("leads to a directory that it is in");
    rmSync(source("a"), { recursive: true });
    expect(() => mirrorDirectory(source(), target())).toThrow(
      `could not read ${source("b/to-a")}: no such file or directory`,
    );
  });

  test("of what is neither file nor directory, or not there", () => {
    expect(Bun.spawnSync(["mkfifo", source("pipe")]).exitCode).toBe(0);
    expect(() => mirrorDirectory(source(), target())).toThrow("it is a fifo, not a file");
    expect(() => mirrorDirectory(source("none"), target())).toThrow("no such file or directory");
    write(source("file"));
    expect(() => mirrorDirectory(source("file"), target())).toThrow("not a directory");
  });
});
