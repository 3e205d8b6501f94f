import { describe, expect, test } from "bun:test";
import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { extendedAttribute, setExtendedAttribute } from "../../../src/os/xattr.ts";
import { file } from "../../../src/resources/file.ts";
import { asRoot, isRoot } from "../../support/needs.ts";
import { type Fields, flawOf, openResource, Scratch } from "../harness.ts";

const modeOf = (path: string): number => statSync(path).mode & 0o7777;

async function withUmask<Result>(mask: number, act: () => Promise<Result>): Promise<Result> {
  const before = process.umask(mask);
  try {
    return await act();
  } finally {
    process.umask(before);
  }
}

describe("mode", () => {
  const rows: readonly (readonly [before: number, mode: string, after: number])[] = [
    [0o644, "0600", 0o600],
    [0o644, "644", 0o644],
    [0o644, "04755", 0o4755],
    [0o4755, "0755", 0o755],
    [0o755, "1777", 0o1777],
    [0o2644, "a=rwx", 0o777],
    [0o2644, "ug=rwx", 0o774],
    [0o2644, "ug=srwx", 0o6774],
    [0o2644, "ug=trwx", 0o1774],
    [0o2644, "o=rx", 0o2645],
    [0o644, "u=r,g=w,o=x", 0o421],
  ];
  test.each(rows)("%o with %s is %o, in place", async (before, mode, after) => {
    await using scratch = new Scratch();
    const path = scratch.at("f");
    writeFileSync(path, "same");
    chmodSync(path, before);
    const { ino } = statSync(path);
    await using resource = await openResource(file, path, { content: "same", mode });
    expect(await resource.noop()).toBe(before === after);
    expect(modeOf(path)).toBe(before);
    expect(await resource.apply()).toBe(before === after);
    expect(modeOf(path)).toBe(after);
    expect(statSync(path).ino).toBe(ino);
    expect(await resource.apply()).toBe(true);
  });

  const despiteUmask = async (_: string, name: string, fields: Fields): Promise<void> => {
    await using scratch = new Scratch();
    for (const mode of ["0666", "0600", "2775"]) {
      await withUmask(0o027, async () => {
        await using resource = await openResource(file, scratch.at(name), {
          state: "exists",
          mode,
          ...fields,
        });
        await resource.apply();
        expect(modeOf(scratch.at(name))).toBe(Number.parseInt(mode, 8));
        expect(await resource.apply()).toBe(true);
        await using absent = await openResource(file, scratch.at(name), { state: "absent" });
        expect(await absent.apply()).toBe(false);
      });
    }
  };
  test.each<[string, string, Fields]>([
    ["file with contents", "f", { content: "x" }],
    ["empty file", "f", {}],
    ["directory", "d/", {}],
  ])("a new %s has it despite the umask", despiteUmask);

  // The missing ones get the same mode, with which only root may go on below them.
  asRoot.each<[string, string, Fields]>([["directory below missing ones", "a/b/d/", { recurse: true }]])(
    "a new %s has it despite the umask",
    despiteUmask,
  );

  test.each([
    ["f", { content: "x" }, 0o640],
    ["f", {}, 0o640],
    ["d/", {}, 0o750],
  ] satisfies [string, Fields, number][])(
    "without one a new %s with %j has the usual less the umask",
    async (name, fields, mode) => {
      await using scratch = new Scratch();
      await using resource = await openResource(file, scratch.at(name), { state: "exists", ...fields });
      await withUmask(0o027, () => resource.apply());
      expect(modeOf(scratch.at(name))).toBe(mode);
    },
  );

  test("a directory's is compared without its type", async () => {
    await using scratch = new Scratch();
    await using resource = await openResource(file, scratch.at("d/"), { state: "exists", mode: "0700" });
    expect(await resource.apply()).toBe(false);
    expect(await resource.apply()).toBe(true);
  });
});

describe("owner and group", () => {
  asRoot("by name and by number, in place, links followed", async () => {
    await using scratch = new Scratch();
    writeFileSync(scratch.at("real"), "same", { mode: 0o640 });
    symlinkSync("real", scratch.at("f"));
    const { ino } = statSync(scratch.at("real"));
    await using resource = await openResource(file, scratch.at("f"), {
      content: "same",
      owner: "daemon",
      group: "2",
    });
    expect(await resource.noop()).toBe(false);
    expect(await resource.apply()).toBe(false);
    expect(statSync(scratch.at("real"))).toMatchObject({ uid: 1, gid: 2, ino });
    expect(lstatSync(scratch.at("f")).uid).toBe(0);
    expect(await resource.apply()).toBe(true);
  });

  test("the own user of an own file is right", async () => {
    await using scratch = new Scratch();
    writeFileSync(scratch.at("f"), "");
    await using resource = await openResource(file, scratch.at("f"), { owner: String(process.getuid?.()) });
    expect(await resource.apply()).toBe(true);
  });

  asRoot("replacing contents keeps owner, group and mode, setuid included", async () => {
    await using scratch = new Scratch();
    writeFileSync(scratch.at("f"), "old");
    chownSync(scratch.at("f"), 1, 2);
    chmodSync(scratch.at("f"), 0o4711);
    await using resource = await openResource(file, scratch.at("f"), { content: "new" });
    expect(await resource.apply()).toBe(false);
    expect(statSync(scratch.at("f"))).toMatchObject({ uid: 1, gid: 2, mode: 0o104711 });
  });

  asRoot("replacing contents sets what is asked for", async () => {
    await using scratch = new Scratch();
    writeFileSync(scratch.at("f"), "old", { mode: 0o600 });
    const fields = { content: "new", owner: "daemon", group: "daemon", mode: "04750" };
    await using resource = await openResource(file, scratch.at("f"), fields);
    expect(await resource.apply()).toBe(false);
    expect(statSync(scratch.at("f"))).toMatchObject({ uid: 1, gid: 1, mode: 0o104750 });
    expect(await resource.apply()).toBe(true);
  });

  asRoot("setuid survives a change of the owner", async () => {
    await using scratch = new Scratch();
    writeFileSync(scratch.at("f"), "");
    chmodSync(scratch.at("f"), 0o4755);
    await using resource = await openResource(file, scratch.at("f"), { owner: "daemon", mode: "04755" });
    expect(await resource.apply()).toBe(false);
    expect(statSync(scratch.at("f"))).toMatchObject({ uid: 1, mode: 0o104755 });
  });

  test.each([
    [{ owner: "nobody-here" }, "user lookup error (nobody-here): no such user"],
    [{ owner: "3999999" }, "user lookup error (3999999): no such user"],
    [{ group: "nobody-here" }, "group lookup error (nobody-here): no such group"],
  ] satisfies [Fields, string][])("%j is an error before anything is written", async (fields, message) => {
    await using scratch = new Scratch();
    writeFileSync(scratch.at("f"), "old");
    await using resource = await openResource(file, scratch.at("f"), { content: "new", ...fields });
    await expect(resource.apply()).rejects.toThrow(message);
    expect(readFileSync(scratch.at("f"), "utf8")).toBe("old");
  });
});

describe("of what is not there", () => {
  test.each([
    [{ owner: "daemon" }, "could not set the owner of PATH: no such file or directory"],
    [{ mode: "0600" }, "could not set the mode of PATH: no such file or directory"],
    [{ state: "absent", mode: "0600" }, "could not set the mode of PATH: no such file or directory"],
  ] satisfies [Fields, string][])("%j is an error, with noop too", async (fields, message) => {
    await using scratch = new Scratch();
    const path = scratch.at("f");
    expect(flawOf(file, path, fields)).toBeUndefined();
    await using resource = await openResource(file, path, fields);
    await expect(resource.apply()).rejects.toThrow(message.replace("PATH", path));
    await expect(resource.noop()).rejects.toThrow(message.replace("PATH", path));
  });
});

// Only root may set what begins with `security.`.
describe.skipIf(!isRoot)("extended attributes", () => {
  const label = (path: string): string | undefined => {
    const value = extendedAttribute(path, "security.selinux");
    return value && new TextDecoder().decode(value);
  };

  test("the SELinux context is set, repaired and removed", async () => {
    await using scratch = new Scratch();
    const path = scratch.at("f");
    const context = "system_u:object_r:etc_t:s0";
    await using resource = await openResource(file, path, {
      state: "exists",
      content: "x",
      selinux: context,
    });
    expect(await resource.apply()).toBe(false);
    expect(label(path)).toBe(context);
    expect(await resource.apply()).toBe(true);
    setExtendedAttribute(path, "security.selinux", new TextEncoder().encode(`${context}\0`));
    expect(await resource.apply()).toBe(true);
    setExtendedAttribute(path, "security.selinux", new TextEncoder().encode("other"));
    expect(await resource.noop()).toBe(false);
    expect(await resource.apply()).toBe(false);
    expect(label(path)).toBe(context);
    await using none = await openResource(file, path, { selinux: "" });
    expect(await none.apply()).toBe(false);
    expect(label(path)).toBeUndefined();
    expect(await none.apply()).toBe(true);
  });

  test("the context of a link is its own", async () => {
    await using scratch = new Scratch();
    writeFileSync(scratch.at("real"), "");
    symlinkSync("real", scratch.at("f"));
    await using resource = await openResource(file, scratch.at("f"), { selinux: "a:b:c" });
    expect(await resource.apply()).toBe(false);
    expect(label(scratch.at("f"))).toBe("a:b:c");
    expect(label(scratch.at("real"))).toBeUndefined();
  });

  test("a file system without contexts says so", async () => {
    await using resource = await openResource(file, "/proc/self/status", { selinux: "a:b:c" });
    await expect(resource.apply()).rejects.toThrow(
      "setting SELinux context not supported on this filesystem: /proc/self/status",
    );
  });

  test("replacing contents keeps them", async () => {
    await using scratch = new Scratch();
    const path = scratch.at("f");
    writeFileSync(path, "old");
    setExtendedAttribute(path, "security.selinux", new TextEncoder().encode("a:b:c"));
    setExtendedAttribute(path, "user.note", Uint8Array.of(1, 0, 255));
    setExtendedAttribute(path, "user.empty", Uint8Array.of());
    await using resource = await openResource(file, path, { content: "new" });
    expect(await resource.apply()).toBe(false);
    expect(label(path)).toBe("a:b:c");
    expect(extendedAttribute(path, "user.note")).toEqual(Uint8Array.of(1, 0, 255));
    expect(extendedAttribute(path, "user.empty")).toEqual(Uint8Array.of());
  });
});

asRoot("a directory is given to its owner as a file is", async () => {
  await using scratch = new Scratch();
  mkdirSync(scratch.at("d"));
  await using resource = await openResource(file, scratch.at("d/"), { state: "exists", owner: "1" });
  expect(await resource.apply()).toBe(false);
  expect(statSync(scratch.at("d")).uid).toBe(1);
  expect(await resource.apply()).toBe(true);
});
