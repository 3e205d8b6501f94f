import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import {
  closeSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  copyFileAtomic,
  createExclusively,
  isTemporaryName,
  removeLeftover,
  replaceFile,
} from "../../src/os/atomic-file.ts";
import { holdsBytes } from "../../src/os/file-content.ts";
import { nativePath } from "../../src/os/paths.ts";
import { readDirectory } from "../../src/os/read-directory.ts";
import { asRoot, asRootWith } from "../support/needs.ts";

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "mgmt-atomic-"));
});

afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

const text = (value: string) => Buffer.from(value);

describe("replaceFile", () => {
  asRoot("creates and replaces, with mode and owner, whatever the umask", () => {
    const path = join(root, "f");
    replaceFile(path, text("one"), { mode: 0o4777, uid: 65534, gid: 65533 });
    const { mode, uid, gid } = statSync(path);
    expect([mode & 0o7777, uid, gid]).toEqual([0o4777, 65534, 65533]);
    replaceFile(path, text("group"), { mode: 0o644, gid: 65533 });
    expect([statSync(path).uid, statSync(path).gid]).toEqual([0, 65533]);
    replaceFile(path, text("two"), { mode: 0o600 });
    expect(readFileSync(path, "utf8")).toBe("two");
    expect(statSync(path).mode & 0o7777).toBe(0o600);
    expect(readdirSync(root)).toEqual(["f"]);
  });

  test("whoever has the old file open keeps reading the old contents", () => {
    const path = join(root, "f");
    replaceFile(path, text("old"), { mode: 0o644 });
    const fd = openSync(path, "r");
    replaceFile(path, text("new, and longer"), { mode: 0o644 });
    expect(readFileSync(fd, "utf8")).toBe("old");
    closeSync(fd);
  });

  test("a planted link under the temporary name is not followed", () => {
    const path = join(root, "f");
    writeFileSync(join(root, "victim"), "precious");
    symlinkSync(join(root, "victim"), join(root, ".f.mgmt-tmp"));
    replaceFile(path, text("new"), { mode: 0o644 });
    expect(readFileSync(join(root, "victim"), "utf8")).toBe("precious");
    expect([lstatSync(path).isFile(), readdirSync(root).sort()]).toEqual([true, ["f", "victim"]]);
  });

  test("names that are long, or not text", () => {
    for (const name of ["n".repeat(255), `${"ä".repeat(120)}`, "\udcff\n"]) {
      const path = `${root}/${name}`;
      replaceFile(path, text(name.slice(0, 1)), { mode: 0o644 });
      expect(readFileSync(nativePath(path)).length).toBeGreaterThan(0);
      expect(readDirectory(root).map((entry) => entry.name)).toEqual([name]);
      rmSync(nativePath(path));
    }
  });

  test("says what failed and why, and leaves nothing", () => {
    mkdirSync(join(root, "d/sub"), { recursive: true });
    writeFileSync(join(root, "file"), "");
    const failures = [
      [join(root, "missing/f"), "no such file or directory"],
      [join(root, "file/f"), "not a directory"],
      [join(root, "d"), "is a directory"],
      ["/proc/sys/nothing", "no such file or directory"],
    ] as const;
    for (const [path, reason] of failures)
      expect(() => replaceFile(path, text("x"), { mode: 0o644 })).toThrow(
        `could not write ${path}: ${reason}`,
      );
    expect(readdirSync(root).sort()).toEqual(["d", "file"]);
  });

  asRootWith("mount")("a full disk", () => {
    const disk = join(root, "disk");
    mkdirSync(disk);
    const mounted = Bun.spawnSync(["mount", "-t", "tmpfs", "-o", "size=64k", "none", disk]);
    expect(mounted.exitCode).toBe(0);
    try {
      replaceFile(join(disk, "f"), text("old"), { mode: 0o644 });
      const large = Buffer.alloc(1024 * 1024);
      expect(() => replaceFile(join(disk, "f"), large, { mode: 0o644 })).toThrow("no space left on device");
      expect([readdirSync(disk), readFileSync(join(disk, "f"), "utf8")]).toEqual([["f"], "old"]);
    } finally {
      Bun.spawnSync(["umount", disk]);
    }
  });
});

describe("copyFileAtomic", () => {
  test("copies a file larger than one piece and says its hash", async () => {
    const bytes = Buffer.alloc(2_500_000, "abc");
    writeFileSync(join(root, "source"), bytes);
    const copied = await copyFileAtomic(join(root, "source"), join(root, "target"), { mode: 0o640 });
    expect(copied).toEqual({ bytes: bytes.length, sha256: Bun.SHA256.hash(bytes, "hex") });
    expect(readFileSync(join(root, "target")).equals(bytes)).toBe(true);
    expect(statSync(join(root, "target")).mode & 0o7777).toBe(0o640);
  });

  test("an abort leaves the old file and nothing else", async () => {
    writeFileSync(join(root, "source"), Buffer.alloc(20_000_000));
    writeFileSync(join(root, "target"), "old");
    const controller = new AbortController();
    const copy = copyFileAtomic(
      join(root, "source"),
      join(root, "target"),
      { mode: 0o644 },
      controller.signal,
    );
    controller.abort(new Error("enough"));
    await expect(copy).rejects.toThrow("enough");
    expect(readdirSync(root).sort()).toEqual(["source", "target"]);
    expect(readFileSync(join(root, "target"), "utf8")).toBe("old");
  });

  test("names the side that failed", async () => {
    writeFileSync(join(root, "source"), "x");
    Bun.spawnSync(["mkfifo", join(root, "pipe")]);
    const attempt = (source: string, target: string) =>
      copyFileAtomic(join(root, source), join(root, target), { mode: 0o644 }).then(
        () => "copied",
        (error: Error) => error.message,
      );
    expect(await attempt("missing", "t")).toBe(`could not read ${root}/missing: no such file or directory`);
    expect(await attempt("source", "no/t")).toBe(`could not write ${root}/no/t: no such file or directory`);
    expect(await attempt("pipe", "t")).toBe(`could not copy ${root}/pipe: it is not a regular file`);
    expect(readdirSync(root).sort()).toEqual(["pipe", "source"]);
  });
});

test("the leftover of a crash is recognized and removed", () => {
  const path = join(root, "f");
  expect(removeLeftover(path)).toBe(false);
  writeFileSync(join(root, ".f.mgmt-tmp"), "half");
  expect(readdirSync(root).map(isTemporaryName)).toEqual([true]);
  expect(removeLeftover(path)).toBe(true);
  expect(readdirSync(root)).toEqual([]);
  expect([isTemporaryName("f"), isTemporaryName(".f")]).toEqual([false, false]);
});

test("createExclusively never touches what exists, nor follows a link", () => {
  createExclusively(join(root, "f"));
  expect(readFileSync(join(root, "f"), "utf8")).toBe("");
  expect(() => createExclusively(join(root, "f"))).toThrow(`could not create ${root}/f: file exists`);
  symlinkSync(join(root, "elsewhere"), join(root, "link"));
  expect(() => createExclusively(join(root, "link"))).toThrow("file exists");
  expect(readdirSync(root).sort()).toEqual(["f", "link"]);
});

test("holdsBytes", () => {
  const path = join(root, "f");
  const bytes = Buffer.alloc(1_500_000, "xyz");
  writeFileSync(path, bytes);
  const changed = Buffer.from(bytes);
  changed[1_400_000] = 0;
  expect(holdsBytes(path, bytes)).toBe(true);
  expect(holdsBytes(path, changed)).toBe(false);
  expect(holdsBytes(path, bytes.subarray(1))).toBe(false);
  writeFileSync(path, "");
  expect(holdsBytes(path, new Uint8Array())).toBe(true);
  expect(() => holdsBytes(join(root, "missing"), bytes)).toThrow("no such file or directory");
  expect(() => holdsBytes(root, bytes)).toThrow(`could not read ${root}: is a directory`);
});

test("readDirectory tells names without loss and kinds without following", () => {
  mkdirSync(nativePath(`${root}/\udcff\n`));
  writeFileSync(join(root, "file"), "");
  symlinkSync("nowhere", join(root, "link"));
  Bun.spawnSync(["mkfifo", join(root, "pipe")]);
  for (let index = 0; index < 3000; index++) writeFileSync(join(root, `many-${"x".repeat(50)}-${index}`), "");
  const entries = readDirectory(root);
  expect(entries.length).toBe(3004);
  expect(
    new Set(
      entries.filter((entry) => !entry.name.startsWith("many")).map(({ name, kind }) => `${kind} ${name}`),
    ),
  ).toEqual(new Set(["directory \udcff\n", "file file", "symlink link", "other pipe"]));
  expect(() => readDirectory(join(root, "file"))).toThrow("not a directory");
});
