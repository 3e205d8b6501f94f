import { expect, test } from "bun:test";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  extendedAttribute,
  extendedAttributeNames,
  isUnsupported,
  removeExtendedAttribute,
  setExtendedAttribute,
} from "../../src/os/xattr.ts";

test("attributes are set, listed, read and removed, of the link itself", () => {
  const directory = mkdtempSync(join(tmpdir(), "mgmt-xattr-"));
  try {
    const path = join(directory, "new\nline");
    writeFileSync(path, "");
    symlinkSync(path, join(directory, "link"));
    const value = Uint8Array.of(0, 1, 255);
    setExtendedAttribute(path, "user.one", value);
    setExtendedAttribute(path, "user.empty", new Uint8Array());
    expect(
      extendedAttributeNames(path)
        .filter((name) => name.startsWith("user."))
        .sort(),
    ).toEqual(["user.empty", "user.one"]);
    expect(extendedAttribute(path, "user.one")).toEqual(value);
    expect(extendedAttribute(path, "user.empty")).toEqual(new Uint8Array());
    expect(extendedAttribute(path, "user.other")).toBeUndefined();
    expect(extendedAttribute(join(directory, "link"), "user.one")).toBeUndefined();
    removeExtendedAttribute(path, "user.one");
    removeExtendedAttribute(path, "user.one");
    expect(extendedAttribute(path, "user.one")).toBeUndefined();
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test("what is missing is an error, what is not supported can be told", () => {
  expect(() => extendedAttribute("/missing", "user.x")).toThrow(
    "could not read the attribute user.x of /missing: no such file or directory",
  );
  expect(() => setExtendedAttribute("/missing", "user.x", new Uint8Array())).toThrow(
    "could not set the attribute user.x of /missing: no such file or directory",
  );
  expect(extendedAttributeNames("/proc/self/status")).toEqual([]);
  expect([isUnsupported("EOPNOTSUPP"), isUnsupported("ENOTSUP"), isUnsupported("ENOENT")]).toEqual([
    true,
    true,
    false,
  ]);
});
