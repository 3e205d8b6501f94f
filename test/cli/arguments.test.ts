import { describe, expect, test } from "bun:test";
import type { ArgsDef } from "citty";
import { readArguments, UsageError } from "../../src/cli/arguments.ts";

const definitions = {
  prefix: { type: "string", valueHint: "DIR" },
  sema: { type: "string", default: "-1" },
  once: { type: "boolean" },
  autoedges: { type: "boolean", default: true },
  seeds: { type: "string" },
} as const satisfies ArgsDef;

function read(args: readonly string[], environment: Record<string, string> = {}) {
  return readArguments("mgmt run", args, definitions, {
    lists: ["seeds"],
    variables: { prefix: "MGMT_PREFIX", seeds: "MGMT_SEEDS", once: "MGMT_ONCE" },
    environment,
  });
}

describe("options", () => {
  test("stand before and after words, with and without an equals sign", () => {
    const args = read(["--prefix", "/p", "lang", "--once", "x.mcl", "--sema=3"]);
    expect(args.words).toEqual(["lang", "x.mcl"]);
    expect(args.text("prefix")).toBe("/p");
    expect(args.flag("once")).toBe(true);
    expect(args.integer("sema")).toBe(3);
  });

  test("take values that begin with a dash", () => {
    expect(read(["--sema", "-1"]).integer("sema")).toBe(-1);
  });

  test("are switched off by --no- and by =false", () => {
    expect(read([]).flag("autoedges")).toBe(true);
    expect(read(["--no-autoedges"]).flag("autoedges")).toBe(false);
    expect(read(["--autoedges=false"]).flag("autoedges")).toBe(false);
    expect(read(["--once=false"]).flag("once")).toBe(false);
  });

  test("end at --", () => {
    expect(read(["--", "--once"]).words).toEqual(["--once"]);
  });

  test("that are lists add up, the environment's first", () => {
    expect(read(["--seeds", "b", "--seeds=c"], { MGMT_SEEDS: "a1,a2" }).list("seeds")).toEqual([
      "a1",
      "a2",
      "b",
      "c",
    ]);
  });

  test("come from the environment unless they are given", () => {
    expect(read([], { MGMT_PREFIX: "/env" }).text("prefix")).toBe("/env");
    expect(read(["--prefix=/cli"], { MGMT_PREFIX: "/env" }).text("prefix")).toBe("/cli");
    expect(read([], { MGMT_PREFIX: "/env" }).typed("prefix")).toBe(false);
    expect(read([], { MGMT_ONCE: "0" }).flag("once")).toBe(false);
  });
});

describe("what cannot be meant", () => {
  test.each([
    [["--onec"], /there is no option --onec; did you mean --once\?/],
    [["--prefix"], /option --prefix needs a value: DIR/],
    [["--sema=many"], /--sema takes a whole number, not `many`/],
  ])("%j", (args, message) => {
    const attempt = (): unknown => read(args).integer("sema");
    expect(attempt).toThrow(UsageError);
    expect(attempt).toThrow(message);
  });
});
