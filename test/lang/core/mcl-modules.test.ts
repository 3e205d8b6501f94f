/** The parts of the standard library that are written in mcl. */
import { describe, expect, test } from "bun:test";
import { coreCatalogue } from "../../../lang/core/index.ts";
import { Source } from "../../../lang/diagnostic.ts";
import { format } from "../../../lang/format/format.ts";
import { mclDefinitions } from "../../../src/cli/mcl-definitions.ts";
import { sound, wrong } from "../corpus/case.ts";

const sources = [...coreCatalogue.sources];

describe("each file", () => {
  test.each(sources.filter(([path]) => path.endsWith(".mcl")))("%s is formatted", (path, text) => {
    expect(format(new Source(path, text))).toBe(text);
  });
  const modules = sources.flatMap(([path]) => path.match(/^(.*)\/main\.mcl$/)?.[1] ?? []);
  test.each(modules)("%s says of everything what it is for", (module) => {
    for (const { use, summary } of mclDefinitions(module))
      expect([use, summary]).toEqual([use, expect.stringMatching(/\.$/)]);
  });
});

test("classes inside of others are named as programs name them", () => {
  const uses = mclDefinitions("embedded/provisioner").map(({ use }) => use);
  expect(uses).toContain("include provisioner.base($config)");
  expect(uses).toContain("include base.host($name, $config)");
});

describe("example", () => {
  sound(
    "both sorts of functions under one name",
    `import "example"
    include example.test1
    test "a" {
      int64 => example.nativeanswer() + example.answer() + example.test1() + $example.test1,
    }`,
    `print[inside] msg="inside"
    test[a] int64=139`,
  );
  sound(
    "under another name",
    'import "example" as e\ntest "a" { int64 => e.answer() + e.test1(), }',
    "test[a] int64=84",
  );
  sound(
    "without a name",
    'import "example" as *\ntest "a" { int64 => answer() + $test1, }',
    "test[a] int64=55",
  );
  wrong(
    "a name that there is not",
    'import "example"\ntest "a" { int64 => example.anser(), }',
    "scope 2:21",
    /module `example` has no function `anser`/,
  );
});
