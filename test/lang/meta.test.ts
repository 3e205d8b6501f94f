import { describe, expect, test } from "bun:test";
import {
  changedMeta,
  defaultMeta,
  type MetaName,
  metaNames,
  metaParameters,
  readMeta,
} from "../../lang/meta.ts";
import type { Value } from "../../lang/value.ts";

test("nothing set is the defaults of the table", () => {
  expect(readMeta(new Map())).toEqual(defaultMeta);
  const settings = new Map(metaNames.map((name) => [name, metaParameters[name].default] as const));
  expect(readMeta(settings)).toEqual(defaultMeta);
  expect(changedMeta(settings).size).toBe(0);
});

test("what differs from the defaults is told apart", () => {
  const settings = new Map<MetaName, Value>([
    ["noop", true],
    ["retry", 0n],
    ["sema", ["a"]],
  ]);
  expect([...changedMeta(settings).keys()]).toEqual(["noop", "sema"]);
});

describe("what cannot be", () => {
  const rows: readonly [Partial<Record<MetaName, Value>>, RegExp][] = [
    [{ retry: 32768n }, /-32768 to 32767, got 32768/],
    [{ retry: -32769n }, /overflows int16/],
    [{ poll: 2147483648n }, /to 2147483647, got 2147483648/],
    [{ delay: -1n }, /`Meta:delay` cannot be negative/],
    [{ timeout: -5n }, /`Meta:timeout` cannot be negative/],
    [{ limit: 2.5 }, /burst/],
    [{ sema: [""] }, /semaphore/],
    [{ sema: ["42"] }, /bare number/],
    [{ export: [""] }, /export/],
    [{ export: ["*"], export_seal: true }, /cannot be sealed/],
    [{ export_ttl: -1n }, /`Meta:export_ttl` cannot be negative/],
  ];
  for (const [settings, message] of rows) {
    test(Object.keys(settings).join(), () => {
      const names = metaNames.filter((name) => settings[name] !== undefined);
      const result = readMeta(new Map(names.map((name) => [name, settings[name] ?? false])));
      expect("error" in result ? result.error : "no error").toMatch(message);
    });
  }
});
