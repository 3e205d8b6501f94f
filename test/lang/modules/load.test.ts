import { describe, expect, test } from "bun:test";
import { coreCatalogue } from "../../../lang/core/index.ts";
import { DiagnosticError } from "../../../lang/diagnostic.ts";
import type { Input } from "../../../lang/modules/input.ts";
import { load } from "../../../lang/modules/load.ts";
import { mentionedKinds } from "../../../lang/modules/mentioned-kinds.ts";
import { diagnosticsOf, problemsOf, type Text } from "../scope/program.ts";
import { filesOf } from "./files.ts";

function loadFrom(input: Input, files: Readonly<Record<string, string>> = {}) {
  return load(input, filesOf(files), coreCatalogue);
}

describe("where the program is", () => {
  const cases: readonly (readonly [
    input: Input,
    files: Readonly<Record<string, string>>,
    paths: readonly string[],
  ])[] = [
    [{ kind: "code", code: "", path: "stdin" }, {}, ["stdin"]],
    [{ kind: "code", code: 'import "a.mcl"\n', path: "stdin" }, { "a.mcl": "" }, ["stdin", "a.mcl"]],
    [{ kind: "file", path: "x.mcl" }, { "x.mcl": "" }, ["x.mcl"]],
    [{ kind: "directory", path: "" }, { "main.mcl": "" }, ["main.mcl"]],
    [
      { kind: "directory", path: "" },
      { "main.mcl": "", "metadata.yaml": "main: other.mcl\n", "other.mcl": "" },
      ["other.mcl"],
    ],
    [{ kind: "metadata", path: "metadata.yaml" }, { "metadata.yaml": "", "main.mcl": "" }, ["main.mcl"]],
    [
      { kind: "metadata", path: "metadata.yaml" },
      { "metadata.yaml": "main: src/a.mcl\n", "src/a.mcl": 'import "b.mcl"\n', "src/b.mcl": "" },
      ["src/a.mcl", "src/b.mcl"],
    ],
    [
      { kind: "file", path: "main.mcl" },
      { "main.mcl": 'import "lib/dns/"\n', "lib/dns/main.mcl": 'import "../web.mcl"\n', "lib/web.mcl": "" },
      ["main.mcl", "lib/dns/main.mcl", "lib/web.mcl"],
    ],
    [
      { kind: "file", path: "main.mcl" },
      { "main.mcl": 'import "../up/"\n', "../up/metadata.yaml": "main: up.mcl", "../up/up.mcl": "" },
      ["main.mcl", "../up/up.mcl"],
    ],
    // a file that is imported twice is loaded once
    [
      { kind: "file", path: "main.mcl" },
      {
        "main.mcl": 'import "a.mcl"\nimport "b.mcl"\n',
        "a.mcl": 'import "c.mcl"\n',
        "b.mcl": 'import "c.mcl"\n',
        "c.mcl": "",
      },
      ["main.mcl", "a.mcl", "c.mcl", "b.mcl"],
    ],
  ];
  test.each(cases)("%j with %j", async (input, files, paths) => {
    const loaded = await loadFrom(input, files);
    expect(loaded.files.map((file) => file.path)).toEqual([...paths]);
    expect(loaded.main).toBe(loaded.files[0] ?? loaded.main);
  });

  const failures: readonly (readonly [
    input: Input,
    files: Readonly<Record<string, string>>,
    problem: string,
  ])[] = [
    [{ kind: "file", path: "x.mcl" }, {}, "scope no-such-input"],
    [{ kind: "directory", path: "d/" }, {}, "scope no-such-input"],
    [{ kind: "metadata", path: "metadata.yaml" }, { "metadata.yaml": "" }, "scope no-such-file"],
    [
      { kind: "metadata", path: "metadata.yaml" },
      { "metadata.yaml": "main: /x.mcl\n" },
      "scope bad-metadata",
    ],
    [
      { kind: "metadata", path: "metadata.yaml" },
      { "metadata.yaml": "path: vendor\n" },
      "scope bad-metadata",
    ],
    [{ kind: "metadata", path: "metadata.yaml" }, { "metadata.yaml": "files: 7\n" }, "scope bad-metadata"],
    [
      { kind: "metadata", path: "metadata.yaml" },
      { "metadata.yaml": "parentpathblock: maybe\n" },
      "scope bad-metadata",
    ],
    [{ kind: "metadata", path: "metadata.yaml" }, { "metadata.yaml": "- a\n" }, "scope bad-metadata"],
    [{ kind: "metadata", path: "metadata.yaml" }, { "metadata.yaml": "main: [\n" }, "scope bad-metadata"],
    [{ kind: "code", code: "$x = \n", path: "stdin" }, {}, "parse unexpected-token"],
    [{ kind: "code", code: '$x = {1 => "a", 1 => "b"}\n', path: "stdin" }, {}, "init duplicate-map-key"],
    [{ kind: "code", code: '$x = "\\q"\n', path: "stdin" }, {}, "interpolate unknown-escape"],
  ];
  test.each(failures)("%j with %j fails", async (input, files, problem) => {
    const error = await loadFrom(input, files).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (!(error instanceof DiagnosticError)) throw new Error("loading did not fail with diagnostics");
    expect(error.diagnostics.map((each) => `${each.phase} ${each.code}`)).toEqual([problem]);
  });

  test("a module keeps its metadata", async () => {
    const loaded = await loadFrom(
      { kind: "directory", path: "m/" },
      { "m/metadata.yaml": "license: MIT\npath: vendor/\nunknown: 1\n", "m/main.mcl": "" },
    );
    expect(loaded.main.metadata).toEqual({
      source: "m/metadata.yaml",
      main: "main.mcl",
      path: "vendor/",
      files: "files/",
      license: "MIT",
      parentpathblock: false,
    });
  });
});

describe("imports that fail", () => {
  const cases: readonly (readonly [text: Text, problems: readonly string[]])[] = [
    ['import "nosuch"\n$x = nosuch.f()\n$y = $nosuch.z\ninclude nosuch.c\n', ["scope unknown-module 1:1"]],
    ['import "nosuch" as *\n$x = f()\n$y = $z\n', ["scope unknown-module 1:1"]],
    ['import "nosuch.mcl"\n', ["scope no-such-module 1:1"]],
    ['import "nosuch/"\n', ["scope no-such-module 1:1"]],
    ['import "git://host.example/x/"\n$x = x.f()\n', ["scope no-module-path 1:1"]],
    ['import "/fmt"\n', ["scope invalid-import 1:1"]],
    ['import "a//b"\n', ["scope invalid-import 1:1"]],
    [
      { "main.mcl": 'import "m.mcl"\n', "m.mcl": '$x = 1\ntest "a" {}\n' },
      ["scope unused-statement m.mcl:2:1"],
    ],
    [{ "main.mcl": 'import "m.mcl"\n', "m.mcl": "$x = \n" }, ["scope unexpected-token m.mcl:1:6"]],
    [
      { "main.mcl": 'import "m.mcl"\n', "m.mcl": "$x = struct{a => 1, a => 2}\n" },
      ["scope duplicate-struct-field m.mcl:1:6"],
    ],
    [{ "main.mcl": 'import "m.mcl"\n', "m.mcl": '$x = "\\q"\n' }, ["scope unknown-escape m.mcl:1:6"]],
    [{ "main.mcl": 'import "m.mcl"\n', "m.mcl": "$x = $nope\n" }, ["scope unknown-variable m.mcl:1:6"]],
    // modules do not see what is around the import
    [
      { "main.mcl": 'import "m.mcl"\nimport "fmt"\n$y = 1\n', "m.mcl": '$x = $y\n$z = fmt.printf("")\n' },
      ["scope unknown-variable m.mcl:1:6", "scope unknown-function m.mcl:2:6"],
    ],
    // nor do they hand on what is built in
    [{ "main.mcl": 'import "m.mcl"\n$x = $m.hostname\n', "m.mcl": "" }, ["scope unknown-variable 2:6"]],
    [{ "main.mcl": 'import "main.mcl"\n' }, ["scope recursive-import 1:1"]],
    [
      { "main.mcl": 'import "a.mcl"\n', "a.mcl": 'import "b.mcl"\n', "b.mcl": 'import "a.mcl"\n' },
      ["scope recursive-import b.mcl:1:1"],
    ],
    // once, however often the module is imported
    [
      { "main.mcl": 'import "m.mcl" as a\nif true {\n\timport "m.mcl" as b\n}\n', "m.mcl": "$x =\n" },
      ["scope unexpected-token m.mcl:1:5"],
    ],
    // an import in a class counts when the class is included
    ['class c {\n\timport "nosuch"\n}\n', []],
    ['class c {\n\timport "nosuch"\n}\ninclude c\n', ["scope unknown-module 2:2"]],
    [
      {
        "main.mcl": 'import "m.mcl"\ninclude m.c\n',
        "m.mcl": "class c {\n\t$x = $nope\n}\nclass d {\n\t$x = $nope\n}\n",
      },
      ["scope unknown-variable m.mcl:2:7"],
    ],
    // mistakes of the importer and of the module come together
    [
      { "main.mcl": '$y = $nope\nimport "m.mcl"\n', "m.mcl": "$x = $nope\n" },
      ["scope unknown-variable 1:6", "scope unknown-variable m.mcl:1:6"],
    ],
  ];
  test.each(cases)("%j", async (text, problems) => {
    expect(await problemsOf(text)).toEqual(problems);
  });

  test("a mistake in a module tells how the module came in", async () => {
    const [found] = await diagnosticsOf({
      "main.mcl": 'import "a.mcl"\n',
      "a.mcl": 'import "b.mcl"\n',
      "b.mcl": "$x =\n",
    });
    expect(found?.notes).toEqual(["imported at a.mcl:1:1", "imported at main.mcl:1:1"]);
  });

  test("help names what may have been meant", async () => {
    expect((await diagnosticsOf('import "fmtt"\n'))[0]?.help).toBe('did you mean `import "fmt"`?');
    expect((await diagnosticsOf({ "main.mcl": 'import "web"\n', "web.mcl": "" }))[0]?.help).toBe(
      'for the module beside this file, write `import "web.mcl"`',
    );
    expect((await diagnosticsOf({ "main.mcl": 'import "web"\n', "web/main.mcl": "" }))[0]?.help).toBe(
      'for the module beside this file, write `import "web/"`',
    );
  });

  test("a file that cannot be read", async () => {
    const files = {
      read: async (path: string) => {
        if (path === "main.mcl") return 'import "m.mcl"\n';
        throw new Error("permission denied");
      },
    };
    const { main } = await load({ kind: "file", path: "main.mcl" }, files, coreCatalogue);
    const [target] = main.imports.values();
    expect(target).toMatchObject({
      kind: "failed",
      diagnostics: [{ phase: "scope", message: "cannot read `m.mcl`: permission denied" }],
    });
  });
});

test("the kinds that a program mentions", async () => {
  const loaded = await loadFrom(
    { kind: "file", path: "main.mcl" },
    {
      "main.mcl": [
        'import "m.mcl"',
        'http:server "a" {',
        '	Before => Svc["b"],',
        "}",
        'collect user "c" {}',
        'Exec["d"] -> Group["e"]',
        'Kv["f"].x -> Timer["g"].y',
        '$x = "${const.res.net.state.up}"',
        "class never {",
        "	$y = $i.const.res.tar.format.pax",
        '	Http:Server["a"] -> Noop["x"]',
        "}",
        "",
      ].join("\n"),
      "m.mcl": "$x = $const.res.file.state.exists\n",
    },
  );
  expect([...mentionedKinds(loaded)].sort()).toEqual([
    "exec",
    "file",
    "group",
    "http:server",
    "kv",
    "net",
    "noop",
    "svc",
    "tar",
    "timer",
    "user",
  ]);
});
