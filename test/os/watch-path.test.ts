import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import {
  chmodSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decodeBytes } from "../../lang/bytes.ts";
import { nativePath } from "../../src/os/paths.ts";
import { drainWatches, watchPath } from "../../src/os/watch-path.ts";
import { asRoot, withUserNamespaces } from "../support/needs.ts";

let root: string;
let controller: AbortController;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "mgmt-watch-"));
  controller = new AbortController();
});

afterEach(() => {
  controller.abort();
  rmSync(root, { recursive: true, force: true });
});

/** Counts the changes told about a path; `seen` delivers the past, tells whether there were any, and forgets them. */
function observe(path: string, recursive = false): { seen(): boolean } {
  let changes = 0;
  watchPath(path, { recursive, onChange: () => changes++, signal: controller.signal });
  return {
    seen() {
      drainWatches();
      const any = changes > 0;
      changes = 0;
      return any;
    },
  };
}

/** Waits until the process has closed its inotify instance: the end is reached, or the test times out. */
async function inotifyClosed(): Promise<void> {
  while (kernelWatches() !== undefined) await new Promise((resolve) => setImmediate(resolve));
}

/** The kernel watches of this process, as the kernel counts them; undefined if inotify is closed. */
function kernelWatches(): number | undefined {
  for (const fd of readdirSync("/proc/self/fd")) {
    try {
      if (readlinkSync(`/proc/self/fd/${fd}`) !== "anon_inode:inotify") continue;
      return readFileSync(`/proc/self/fdinfo/${fd}`, "utf8").match(/^inotify /gm)?.length ?? 0;
    } catch {
      // Closed since it was listed.
    }
  }
  return undefined;
}

const write = (path: string, text = "x") => writeFileSync(join(root, path), text);
const mkdir = (path: string) => mkdirSync(join(root, path), { recursive: true });
const move = (from: string, to: string) => renameSync(join(root, from), join(root, to));
const remove = (path: string) => rmSync(join(root, path), { recursive: true });

describe("a file", () => {
  const cases: Record<string, () => void> = {
    "is written": () => write("d/f"),
    "is truncated": () => truncateSync(join(root, "d/f")),
    "is deleted": () => unlinkSync(join(root, "d/f")),
    "changes mode": () => chmodSync(join(root, "d/f"), 0o600),
    "is replaced": () => {
      write("d/new");
      move("d/new", "d/f");
    },
    "is renamed away": () => move("d/f", "d/g"),
    "loses its directory": () => remove("d"),
    "loses its directory to a rename": () => move("d", "e"),
    "has a replaced directory": () => {
      mkdir("e");
      write("e/f", "other");
      move("d", "old");
      move("e", "d");
    },
  };
  for (const [name, change] of Object.entries(cases))
    test(name, () => {
      mkdir("d");
      write("d/f", "old");
      const watch = observe(join(root, "d/f"));
      expect(watch.seen()).toBe(false);
      change();
      expect(watch.seen()).toBe(true);
      expect(watch.seen()).toBe(false);
    });

  test("is written again after each replacement of any directory above it", () => {
    mkdir("a/b/c");
    const watch = observe(join(root, "a/b/c/f"));
    for (const directory of ["a", "a/b", "a/b/c"]) {
      move(directory, "gone");
      expect(watch.seen()).toBe(true);
      mkdir("a/b/c");
      watch.seen();
      write("a/b/c/f");
      expect(watch.seen()).toBe(true);
      remove("gone");
      watch.seen();
      write("a/b/c/f", "again");
      expect(watch.seen()).toBe(true);
    }
  });

  test("a renamed away directory is not followed", () => {
    mkdir("a/b");
    write("a/b/f");
    const watch = observe(join(root, "a/b/f"));
    move("a", "moved");
    expect(watch.seen()).toBe(true);
    write("moved/b/f", "elsewhere");
    expect(watch.seen()).toBe(false);
  });

  test("appears together with all directories above it", () => {
    const watch = observe(join(root, "a/b/c/f"));
    mkdir("a/b/c");
    write("a/b/c/f");
    expect(watch.seen()).toBe(true);
    write("a/b/c/f", "again");
    expect(watch.seen()).toBe(true);
  });

  test("takes the place of a directory above it and gives it back", () => {
    mkdir("a/b");
    const watch = observe(join(root, "a/b/f"));
    remove("a/b");
    write("a/b");
    expect(watch.seen()).toBe(true);
    unlinkSync(join(root, "a/b"));
    mkdir("a/b");
    watch.seen();
    write("a/b/f");
    expect(watch.seen()).toBe(true);
  });

  test("is written through another of its names", () => {
    mkdir("d");
    mkdir("e");
    write("d/f");
    linkSync(join(root, "d/f"), join(root, "e/g"));
    const watch = observe(join(root, "d/f"));
    write("e/g", "other name");
    expect(watch.seen()).toBe(true);
  });

  test("has a name with bytes that are not text, and a newline", () => {
    const name = decodeBytes(Uint8Array.of(0xff, 0x0a, 0x61, 0x80));
    const path = `${root}/${name}/${name}`;
    const watch = observe(path);
    mkdirSync(nativePath(`${root}/${name}`));
    watch.seen();
    writeFileSync(nativePath(path), "x");
    expect(watch.seen()).toBe(true);
  });

  test("neighbors do not matter", () => {
    mkdir("d");
    write("d/f");
    const watch = observe(join(root, "d/f"));
    write("d/g");
    write("h");
    expect(watch.seen()).toBe(false);
  });
});

describe("a directory", () => {
  test("tells about direct entries only", () => {
    mkdir("d/sub");
    const watch = observe(join(root, "d/"));
    write("d/f");
    expect(watch.seen()).toBe(true);
    write("d/sub/f");
    expect(watch.seen()).toBe(false);
  });

  test("recursive: tells about entries at any depth, in directories of before and after", () => {
    mkdir("d/sub");
    const watch = observe(join(root, "d/"), true);
    write("d/sub/f");
    expect(watch.seen()).toBe(true);
    mkdir("d/new/deep/er");
    expect(watch.seen()).toBe(true);
    write("d/new/deep/er/f");
    expect(watch.seen()).toBe(true);
    move("d/new", "d/sub/moved");
    expect(watch.seen()).toBe(true);
    write("d/sub/moved/deep/er/f", "again");
    expect(watch.seen()).toBe(true);
    remove("d");
    expect(watch.seen()).toBe(true);
    mkdir("d/x/y");
    expect(watch.seen()).toBe(true);
    write("d/x/y/z");
    expect(watch.seen()).toBe(true);
  });

  test("recursive: gone directories cost no kernel watch", () => {
    mkdir("d");
    const watch = observe(join(root, "d/"), true);
    const before = kernelWatches();
    mkdir("d/1/2/3");
    watch.seen();
    expect(kernelWatches()).toBe((before ?? 0) + 3);
    remove("d/1");
    watch.seen();
    expect(kernelWatches()).toBe(before);
  });

  asRoot("/proc/sys: a setting written by somebody is seen", () => {
    const setting = "/proc/sys/fs/inotify/max_queued_events";
    const watch = observe(setting);
    writeFileSync(setting, readFileSync(setting));
    expect(watch.seen()).toBe(true);
  });
});

describe("symbolic links", () => {
  test("a watched link tells about its target and about itself", () => {
    mkdir("real");
    write("real/f");
    symlinkSync("real/f", join(root, "link"));
    const watch = observe(join(root, "link"));
    write("real/f", "new");
    expect(watch.seen()).toBe(true);
    unlinkSync(join(root, "link"));
    symlinkSync("real/g", join(root, "link"));
    expect(watch.seen()).toBe(true);
    write("real/f", "no longer");
    expect(watch.seen()).toBe(false);
    write("real/g");
    expect(watch.seen()).toBe(true);
  });

  test("a link on the way: entry, link and every part of its target are seen", () => {
    mkdir("x/real");
    symlinkSync("x/real", join(root, "link"));
    const watch = observe(join(root, "link/f"));
    write("x/real/f");
    expect(watch.seen()).toBe(true);
    move("x", "y");
    expect(watch.seen()).toBe(true);
    mkdir("x/real");
    watch.seen();
    write("x/real/f", "new");
    expect(watch.seen()).toBe(true);
    unlinkSync(join(root, "link"));
    symlinkSync(join(root, "y/real"), join(root, "link"));
    expect(watch.seen()).toBe(true);
    write("y/real/f", "z");
    expect(watch.seen()).toBe(true);
    write("x/real/f", "z");
    expect(watch.seen()).toBe(false);
  });

  test("a relative link inside a linked directory leads where the kernel says", () => {
    mkdir("p/q");
    mkdir("p/t");
    symlinkSync(join(root, "p/q"), join(root, "a"));
    symlinkSync("../t", join(root, "p/q/l"));
    const watch = observe(join(root, "a/l/f"));
    write("p/t/f");
    expect(watch.seen()).toBe(true);
  });

  test("links that lead in a circle are only a path that does not exist", () => {
    symlinkSync("b", join(root, "a"));
    symlinkSync("a", join(root, "b"));
    const watch = observe(join(root, "a/f"));
    const other = observe(join(root, "b"));
    unlinkSync(join(root, "b"));
    mkdir("b");
    expect(watch.seen()).toBe(true);
    expect(other.seen()).toBe(true);
    write("b/f");
    expect(watch.seen()).toBe(true);
  });
});

describe("cost", () => {
  test("files of one directory share its kernel watches; the last watch closes inotify", async () => {
    await inotifyClosed();
    const first = observe(join(root, "f0"));
    const shared = kernelWatches();
    expect(shared).toBe(root.split("/").length);
    for (let index = 1; index < 500; index++) observe(join(root, `f${index}`));
    expect(kernelWatches()).toBe(shared);
    write("f0");
    expect(first.seen()).toBe(true);
    controller.abort();
    await inotifyClosed();
  });

  test("a watch that takes the place of another gets its kernel watches, and hears nothing of before", async () => {
    await inotifyClosed();
    mkdir("d");
    const other = observe(join(root, "other"));
    watchPath(join(root, "d/f"), { onChange: () => {} }).close();
    const kept = kernelWatches();
    write("d/f", "meanwhile");
    write("other");
    const after = observe(join(root, "d/f"));
    expect(kernelWatches()).toBe(kept);
    expect(after.seen()).toBe(false);
    expect(other.seen()).toBe(true);
    write("d/f", "new");
    expect(after.seen()).toBe(true);
  });

  test("what happened to others while a directory is watched anew is told in time", async () => {
    await inotifyClosed();
    mkdir("one");
    mkdir("two");
    const { promise, resolve } = Promise.withResolvers<void>();
    watchPath(join(root, "one/f"), { onChange: resolve, signal: controller.signal });
    watchPath(join(root, "two/f"), { onChange: () => {} }).close();
    write("one/f");
    write("two/f");
    const again = observe(join(root, "two/f"));
    await promise;
    expect(again.seen()).toBe(false);
  });

  test("watches that come and go do not use up inotify instances", async () => {
    for (let round = 0; round < 300; round++) {
      const brief = new AbortController();
      watchPath(join(root, "f"), { onChange: () => undefined, signal: brief.signal });
      brief.abort();
      if (round % 2 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await inotifyClosed();
  });

  test("an open watch that is ended lets the process go", async () => {
    const module = JSON.stringify(join(import.meta.dir, "../../src/os/watch-path.ts"));
    const code = `const { watchPath } = await import(${module}); const c = new AbortController();
      watchPath("/tmp/x", { onChange() {}, signal: c.signal }); setTimeout(() => c.abort(), 1);`;
    const child = Bun.spawn([process.execPath, "-e", code], { stdout: "inherit", stderr: "inherit" });
    expect(await child.exited).toBe(0);
  });
});

describe("ends", () => {
  test("closed resolves on abort, also when asked afterwards; nothing is told any more", async () => {
    let changes = 0;
    const open = () => watchPath(join(root, "f"), { onChange: () => changes++, signal: controller.signal });
    const asked = open();
    const closed = asked.closed;
    const late = open();
    write("f");
    controller.abort();
    await closed;
    await late.closed;
    drainWatches();
    expect(changes).toBe(0);
  });

  test("an aborted signal arms nothing", async () => {
    controller.abort();
    await inotifyClosed();
    await watchPath(join(root, "f"), { onChange: () => undefined, signal: controller.signal }).closed;
    expect(kernelWatches()).toBeUndefined();
  });

  test("refuses what is no path", async () => {
    await inotifyClosed();
    const options = { onChange: () => undefined, signal: controller.signal };
    expect(() => watchPath("relative", options)).toThrow(
      "could not watch relative: the path must be absolute",
    );
    expect(() => watchPath("/a\0b", options)).toThrow("contains a NUL byte");
    expect(kernelWatches()).toBeUndefined();
  });

  asRoot("a directory that may not be read: what exists in it is watched, what does not is an error", () => {
    mkdir("hidden/d");
    write("hidden/d/f");
    chmodSync(root, 0o755);
    chmodSync(join(root, "hidden"), 0o711);
    const module = JSON.stringify(join(import.meta.dir, "../../src/os/watch-path.ts"));
    const code = `const { watchPath, drainWatches } = await import(${module}); const { writeFileSync } = await import("node:fs");
      const c = new AbortController(); let n = 0; const o = { onChange() { n++; }, signal: c.signal };
      process.setegid(65534); process.seteuid(65534);
      watchPath(${JSON.stringify(join(root, "hidden/d/g"))}, o);
      let error = "none"; try { watchPath(${JSON.stringify(join(root, "hidden/nothing"))}, o); } catch (e) { error = e.message; }
      process.seteuid(0); writeFileSync(${JSON.stringify(join(root, "hidden/d/g"))}, ""); drainWatches();
      console.log(n, error); c.abort();`;
    const { stdout } = Bun.spawnSync([process.execPath, "-e", code], { stderr: "inherit" });
    expect(stdout.toString()).toBe(
      `1 could not watch ${root}/hidden/nothing: permission denied adding a watch\n`,
    );
  });
});

withUserNamespaces()(
  "no watches left in the kernel: a new watch is refused, a watch that cannot grow breaks, with the cure",
  () => {
    const module = JSON.stringify(join(import.meta.dir, "../../src/os/watch-path.ts"));
    const code = `const { watchPath, drainWatches } = await import(${module}); const { mkdirSync } = await import("node:fs");
    const root = ${JSON.stringify(root)}; const c = new AbortController(); const o = { onChange() {}, signal: c.signal };
    const broken = watchPath(root + "/a/b/c/d/e/f/g/h/i", o).closed.catch((error) => console.log(error.code, error.message));
    try { watchPath("/usr/share/doc/", { ...o, recursive: true }); } catch (error) { console.log(error.code); }
    mkdirSync(root + "/a/b/c/d/e/f/g/h/i", { recursive: true }); drainWatches(); await broken; c.abort();`;
    const limited = `echo 6 > /proc/sys/user/max_inotify_watches && exec "$0" -e "$1"`;
    const { stdout } = Bun.spawnSync(["unshare", "-Ur", "sh", "-c", limited, process.execPath, code], {
      stderr: "inherit",
    });
    expect(stdout.toString()).toMatch(
      /^ENOSPC\nENOSPC could not watch \S+: out of inotify watches: raise fs.inotify.max_user_watches\n$/,
    );
  },
);

test("events arrive without being asked for; two quick writes are both seen", async () => {
  const path = join(root, "f");
  let waiting = Promise.withResolvers<void>();
  let content = "";
  watchPath(path, {
    signal: controller.signal,
    onChange: () => {
      content = readFileSync(path, "utf8");
      waiting.resolve();
    },
  });
  for (let round = 0; round < 100; round++) {
    writeFileSync(path, `${round}a`);
    await Promise.resolve();
    writeFileSync(path, `${round}b`);
    while (content !== `${round}b`) {
      await waiting.promise;
      waiting = Promise.withResolvers();
    }
  }
  expect(content).toBe("99b");
});

test("a queue overflow is a change of everything, and what was built meanwhile is watched", () => {
  const limit = Number(readFileSync("/proc/sys/fs/inotify/max_queued_events", "utf8"));
  mkdir("busy");
  const busy = observe(join(root, "busy/"));
  const late = observe(join(root, "a/b/f"));
  const tree = observe(`${root}/tree/`, true);
  for (let index = 0; index <= limit / 2; index++) {
    write("busy/f");
    unlinkSync(join(root, "busy/f"));
  }
  mkdir("a/b");
  mkdir("tree/deep");
  expect([busy.seen(), late.seen(), tree.seen()]).toEqual([true, true, true]);
  write("a/b/f");
  expect(late.seen()).toBe(true);
  write("tree/deep/f");
  expect(tree.seen()).toBe(true);
});

describe("random changes by another process", () => {
  for (const seed of [1, 2, 3, 4])
    test(`seed ${seed}: after the last event, what was read last is what is there`, async () => {
      const paths = ["a/b/f", "a/b/g", "a/f", "a/b/c/f", "l/f", "l/c/f"].map((path) => join(root, path));
      mkdir("a/b/c");
      symlinkSync("a/b", join(root, "l"));
      const read = (path: string) => {
        try {
          return readFileSync(path, "utf8");
        } catch {
          return undefined;
        }
      };
      const last = new Map(paths.map((path) => [path, read(path)]));
      const finished = Promise.withResolvers<void>();
      const listing = { at: "" };
      for (const path of paths)
        watchPath(path, { signal: controller.signal, onChange: () => last.set(path, read(path)) });
      const list = () => readdirSync(root, { recursive: true }).sort().join();
      watchPath(`${root}/a/`, {
        recursive: true,
        signal: controller.signal,
        onChange: () => (listing.at = list()),
      });
      watchPath(join(root, "finished"), { signal: controller.signal, onChange: () => finished.resolve() });
      const script = join(import.meta.dir, "random-changes.ts");
      const child = Bun.spawn([process.execPath, script, root, String(seed)], { stderr: "inherit" });
      expect(await child.exited).toBe(0);
      await finished.promise;
      drainWatches();
      for (const path of paths) expect([path, last.get(path)]).toEqual([path, read(path)]);
      const withoutMark = (text: string) =>
        text
          .split(",")
          .filter((name) => name.startsWith("a"))
          .join();
      expect(withoutMark(listing.at)).toBe(withoutMark(list()));
    });
});
