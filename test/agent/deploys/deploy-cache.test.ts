import { expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { DeployCache } from "../../../src/agent/deploys/deploy-cache.ts";
import type { Deploy } from "../../../src/world/deploy-store.ts";
import { Scratch } from "../../e2e/support/scratch.ts";

const deploy: Deploy = {
  id: 7,
  frontend: "lang",
  files: "etcdfs:///fs/deploy/x",
  entry: { kind: "file", path: "a.mcl", modules: ".mgmt/modules/" },
  options: { noop: true, sema: 3, autoEdges: false, autoGroup: true },
  hosts: ["h1"],
  createdBy: "h2",
  createdAt: "2026-01-01T00:00:00Z",
};
const files = [
  { path: "a.mcl", mode: 0o644, content: new Uint8Array(Buffer.from("text\n")) },
  { path: "empty", mode: 0o600, content: new Uint8Array(0) },
  { path: "binary/\udcff", mode: 0o755, content: new Uint8Array([0, 10, 255, 10]) },
];

test("what was saved is found again, by another process too", () => {
  using dir = new Scratch();
  expect(new DeployCache(dir.prefix).load()).toBeUndefined();
  new DeployCache(dir.prefix).save({ deploy, files });
  const found = new DeployCache(dir.prefix).load();
  expect(found?.deploy).toEqual(deploy);
  expect(found?.files.map(({ path, mode, content }) => [path, mode, [...content]])).toEqual(
    files.map(({ path, mode, content }) => [path, mode, [...content]]),
  );
  expect(dir.mode("prefix/cache/deploy")).toBe(0o600);
  new DeployCache(dir.prefix).save({ deploy: { ...deploy, id: 8 }, files: [] });
  expect(new DeployCache(dir.prefix).load()).toEqual({ deploy: { ...deploy, id: 8 }, files: [] });
});

test("what was changed since, in whatever place, is not taken", () => {
  using dir = new Scratch();
  new DeployCache(dir.prefix).save({ deploy, files });
  const path = dir.at("prefix/cache/deploy");
  const good = readFileSync(path);
  for (const bytes of [
    good.subarray(0, good.length - 1),
    Buffer.concat([good, Buffer.from("x")]),
    Buffer.from(good.map((byte, index) => (index === 100 ? byte ^ 1 : byte))),
    Buffer.from("x"),
    Buffer.alloc(0),
  ]) {
    writeFileSync(path, bytes);
    expect(() => new DeployCache(dir.prefix).load()).toThrow("is damaged");
  }
});
