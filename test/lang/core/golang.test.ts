import { describe, expect, test } from "bun:test";
import { coreFunctions } from "../../../lang/core/index.ts";
import { offeredFunctions } from "../../../lang/core/template/core-functions.ts";
import type { Type } from "../../../lang/types/type.ts";
import type { Value } from "../../../lang/value.ts";
import { core, hostIn, outcome, typeOf } from "./call.ts";
import { everything, map, struct } from "./template/data.ts";

const template = (text: string, ...data: Value[]) => outcome("golang.template", [text, ...data]);

describe("typing", () => {
  const str: Type = { kind: "str" };
  test("a function cannot be given, however deep it lies", () => {
    const { check } = core("golang.template");
    const lambda: Type = { kind: "func", args: [], result: str };
    const given = (type: Type) =>
      check?.({
        kind: "func",
        args: [
          { name: "template", type: str },
          { name: "vars", type },
        ],
        result: str,
      });
    expect(given(lambda)).toBe("a template cannot be given a function");
    expect(given({ kind: "list", element: { kind: "struct", fields: [{ name: "f", type: lambda }] } })).toBe(
      "a template cannot be given a function",
    );
    expect(given(typeOf(everything))).toBeUndefined();
  });
});

describe("text", () => {
  test("bytes that are no characters go through", () => {
    expect(template("a\udcffb{{ . }}{{ print `\udc80` }}", "\udcfe")).toBe('"a\\xffb\\xfe\\x80"');
  });

  test("halves of a character become one where they meet", () => {
    expect(template("{{ slice . 0 1 }}{{ slice . 1 2 }}", "é")).toBe('"é"');
    expect(template('{{ "\\xc3" }}{{ "\\xa9" }}')).toBe('"é"');
    expect(template('{{ printf "%s%s" (slice . 0 1) (slice . 1) | len }}', "é")).toBe('"2"');
  });

  test("lengths, indexes and columns count bytes", () => {
    expect(template("{{ len . }} {{ index . 0 }} {{ slice . 2 }}", "éx")).toBe('"3 195 x"');
    expect(template("é\té {{ .X }}", "é")).toContain("template:1:9: ");
  });

  test("an integer keeps all its digits", () => {
    expect(template("{{ . }} {{ printf `%d %x` . . }}", 2n ** 63n - 1n)).toBe(
      '"9223372036854775807 9223372036854775807 7fffffffffffffff"',
    );
  });
});

describe("errors", () => {
  test("a missing key names line and column", () => {
    expect(template("a\n  {{ .K }}", struct({ name: "x" }))).toBe(
      'FatalError: template: execution error: template: template:2:5: executing "template" at <.K>: map has no entry for key "K"',
    );
  });

  test("a text that is no template", () => {
    expect(template("a\n{{ if }}")).toBe(
      "FatalError: template: parse error: template: template:2: missing value for if",
    );
  });

  const failing: [string, string, string][] = [
    ["is catchable if that of the core function is", '{{ convert_str_to_int "x" }}', "CatchableError"],
    ["is catchable in whatever calls it", '{{ printf "%d" (convert_str_to_int "x") }}', "CatchableError"],
    [
      "is catchable in a template that is called",
      '{{ block "b" . }}{{ math_sqrt -1.0 }}{{ end }}',
      "CatchableError",
    ],
    ["is fatal if that of the core function is", '{{ encoding_base64_decode "?" }}', "FatalError"],
    ["is fatal if the call itself is wrong", "{{ convert_str_to_int }}", "FatalError"],
    ["is fatal if a predefined function fails", "{{ index `a` 7 }}", "FatalError"],
  ];
  test.each(failing)("an error %s", (_, text, kind) => {
    expect(template(text)).toStartWith(`${kind}: template: execution error: template: template:1:`);
  });

  test("templates that call each other for ever", () => {
    const nested = `${"{{ if true }}".repeat(50)}{{ template "a" }}${"{{ end }}".repeat(50)}`;
    expect(template('{{ define "a" }}{{ template "a" }}{{ end }}{{ template "a" }}')).toEndWith(
      'executing "a" at <{{template "a"}}>: exceeded maximum template depth',
    );
    expect(template(`{{ define "a" }}${nested}{{ end }}{{ template "a" }}`)).toEndWith(
      "exceeded maximum template depth",
    );
  });

  test("parentheses that are nested too deeply", () => {
    const deep = (count: number) => `{{ ${"(".repeat(count)}1${")".repeat(count)} }}`;
    expect(template(deep(100))).toBe('"1"');
    expect(template(deep(100_000))).toBe(
      "FatalError: template: parse error: template: template:1: max expression depth exceeded",
    );
  });

  test("blocks and calls that are nested too deeply", () => {
    const blocks = (count: number) => "{{ if true }}".repeat(count) + "{{ end }}".repeat(count);
    expect(template(blocks(300))).toBe('""');
    expect(template(blocks(100_000))).toMatch(/^FatalError: template: .*: max(imum)? .* depth exceeded$/);
    const calls = (count: number) => `{{ ${"(print ".repeat(count)}.X${")".repeat(count)} }}`;
    expect(template(calls(1000))).toEndWith('executing "template" at <.X>: nil data; no entry for key "X"');
    expect(template(calls(100_000))).toEndWith("template:1: max expression depth exceeded");
  });

  test("output without end", () => {
    const long = "x".repeat(2 ** 20);
    expect(template("{{ range 1000000 }}{{ $ }}{{ end }}", long)).toStartWith(
      "FatalError: result is too large",
    );
    expect(template("{{ range 1000000000 }}{{ end }}")).toStartWith("FatalError: result is too large");
  });
});

describe("core functions in templates", () => {
  const offered = offeredFunctions(coreFunctions());

  test("are named after module and name", () => {
    const names = [
      "_concat",
      "_panic_debug",
      "convert_str_to_int",
      "datetime_weekday",
      "encoding_base64_encode",
      "example_nested_hello",
      "golang_strings_to_upper",
      "net_url_parser",
      "os_is_family_debian",
      "strings_split",
      "sys_getenv",
    ];
    for (const name of names) expect([name, offered.has(name)]).toEqual([name, true]);
  });

  test("are those with a fixed signature that are simply called", () => {
    const names = [
      "_len",
      "_contains",
      "_random1",
      "_list_lookup",
      "_panic",
      "datetime_now",
      "fmt_printf",
      "golang_template",
      "iter_map",
      "map_keys",
      "math_fortytwo",
      "math_mod",
      "os_modinfo_loaded",
      "os_readfile",
    ];
    for (const name of names) expect([name, offered.has(name)]).toEqual([name, false]);
  });

  const rows: [string, Value, string][] = [
    ["{{ strings_to_upper . }}", "a", '"A"'],
    ["{{ . | strings_to_upper | strings_to_lower }}", "a", '"a"'],
    ['{{ range strings_split . "," }}[{{ . }}]{{ end }}', "a,b", '"[a][b]"'],
    ["{{ (net_url_parser .).Host }}", "http://h/p", '"h"'],
    ['{{ golang_strings_join . "-" }}', ["a", "b"], '"a-b"'],
    ['{{ golang_strings_join (slice . 1) "-" }}', ["a", "b", "c"], '"b-c"'],
    ['{{ golang_strings_repeat "ab" (len .) }}', ["a", "b"], '"abab"'],
    ["{{ range $i, $e := . }}{{ golang_strings_repeat $e $i }}{{ end }}", ["a", "b", "c"], '"bcc"'],
    ["{{ convert_to_int 3 }} {{ convert_to_int 3.7 }} {{ convert_to_int 'a' }}", "", '"3 3 97"'],
    ["{{ convert_int_to_str . }}", 5n, '"5"'],
    ['{{ printf "%T" sys_env }}[{{ index sys_env "MGMT_TEST_NOT_SET" }}]', "", '"map[string]string[]"'],
    ["{{ _concat .A .B }}", struct({ a: "x", b: "y" }), '"xy"'],
    ['{{ (index . "k") | strings_to_upper }}', map(["k", "v"]), '"V"'],
    ["{{ if os_is_family_debian }}{{ end }}{{ len os_args | lt 0 }}", "", '"true"'],
  ];
  for (const [text, data, expected] of rows) {
    test(text, () => {
      expect(template(text, data)).toBe(expected);
    });
  }
});

describe("a call site", () => {
  test("takes another text at any time", () => {
    const { behavior } = core("golang.template");
    if (behavior.kind !== "impure") throw new Error("golang.template is not impure");
    const type = { kind: "func", args: [], result: { kind: "str" } } as const;
    const { call } = behavior.bind({ host: hostIn("UTC"), type, moduleDirectory: "" });
    expect([call("{{ 1 }}"), call("{{ 2 }}"), call("{{ 1 }}")]).toEqual(["1", "2", "1"]);
  });
});
