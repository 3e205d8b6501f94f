import { describe, expect, test } from "bun:test";
import { type Diagnostic, DiagnosticError, place, Source } from "../../../lang/diagnostic.ts";
import type { MetaName } from "../../../lang/meta.ts";
import { type DeclaredResource, printKey, type ResourceGraph } from "../../../lang/output/resource-graph.ts";
import { MapValue, type Value } from "../../../lang/value.ts";
import { assembleGraph, type Exports } from "../../../src/agent/yaml/assemble-graph.ts";
import { readGraph } from "../../../src/agent/yaml/read-graph.ts";
import { Catalogue } from "../../../src/resources/catalogue.ts";

/** @throws DiagnosticError */
async function graphOf(yaml: string, exports: Exports = new Map()): Promise<ResourceGraph> {
  const kinds = new Catalogue();
  const assembly = assembleGraph(await readGraph(new Source("g.yaml", yaml), kinds), exports, kinds);
  if (assembly.kind === "error") throw new DiagnosticError(assembly.diagnostics);
  return assembly.graph;
}

async function flawsOf(yaml: string, exports?: Exports): Promise<readonly Diagnostic[]> {
  try {
    await graphOf(yaml, exports);
    return [];
  } catch (error) {
    if (error instanceof DiagnosticError) return error.diagnostics;
    throw error;
  }
}

/** `CODE LINE:COLUMN MESSAGE`, and its help in parentheses. */
function show({ code, message, span, focus, help }: Diagnostic): string {
  const where = span === undefined ? "-" : place(focus ?? span).replace("g.yaml:", "");
  return `${code} ${where} ${message}${help === undefined ? "" : ` (${help})`}`;
}

const describeResource = ({ fields, meta, ...key }: DeclaredResource) => ({
  key: printKey(key),
  fields: Object.fromEntries(fields),
  meta: Object.fromEntries(meta),
});

function edgesOf({ resources, edges }: ResourceGraph): readonly string[] {
  const name = (index: number): string =>
    resources.flatMap((each, at) => (at === index ? [printKey(each)] : []))[0] ?? "";
  return edges.map(({ from, to, notify }) => `${name(from)} ${notify ? "=>" : "->"} ${name(to)}`);
}

test("resources, with their metaparameters, and edges", async () => {
  const graph = await graphOf(`
graph: mygraph
comment: free text
resources:
  file:
  - name: file1
    path: /tmp/f1
    content: |
      i am f1
    state: exists
    mode: 0644
    meta: {noop: true, retry: -1, delay: 5000, limit: 0.2, burst: 5, poll: 5, sema: ['mylock:1', 2b], autoedge: true, autogroup: false}
  - name: /tmp/d/
    state: exists
    recurse: true
    owner:
    meta:
  exec:
  - name: e
    cmd: echo
    args: [1, on, "3"]
    env: {A: 1, B: yes, C: ""}
  noop:
edges:
- name: e1
  from: {kind: FILE, name: file1}
  to: {kind: Exec, name: e}
  notify: true
- from: {kind: exec, name: e}
  to: {kind: file, name: /tmp/d/}
`);
  expect(graph.resources.map(describeResource)).toMatchObject([
    {
      key: "file[file1]",
      fields: { path: "/tmp/f1", content: "i am f1\n", state: "exists", mode: "0644" },
      meta: {
        noop: true,
        retry: -1n,
        delay: 5000n,
        limit: 0.2,
        burst: 5n,
        poll: 5n,
        sema: ["mylock:1", "2b"],
        autogroup: false,
      },
    },
    { key: "file[/tmp/d/]", fields: { state: "exists", recurse: true }, meta: {} },
    { key: "exec[e]", fields: { cmd: "echo", args: ["1", "on", "3"] } },
  ]);
  expect(graph.resources[2]?.fields.get("env")).toEqual(
    new MapValue([
      ["A", "1"],
      ["B", "yes"],
      ["C", ""],
    ]),
  );
  expect(edgesOf(graph)).toEqual(["file[file1] => exec[e]", "exec[e] -> file[/tmp/d/]"]);
});

test("every metaparameter", async () => {
  const graph = await graphOf(`
graph: g
resources:
  noop:
  - name: $x
    meta:
      noop: true
      retry: 1
      retryreset: true
      delay: 2
      timeout: 3
      poll: -1
      limit: .inf
      burst: 4
      reset: true
      sema: [a]
      rewatch: true
      realize: true
      dollar: true
      hidden: true
      export: [h1, "*"]
      reverse: true
      autoedge: false
      autogroup: false
`);
  expect([...(graph.resources[0]?.meta ?? [])].length).toBe(17);
});

test("identical resources are one; of several edges between two, one that notifies counts", async () => {
  const graph = await graphOf(`
graph: g
resources:
  noop: [{name: a}, {name: a}, {name: b}]
edges:
- {from: {kind: noop, name: a}, to: {kind: noop, name: b}, notify: true}
- {from: {kind: noop, name: a}, to: {kind: noop, name: b}}
`);
  expect(graph.resources.map(printKey)).toEqual(["noop[a]", "noop[b]"]);
  expect(edgesOf(graph)).toEqual(["noop[a] => noop[b]"]);
});

test("anchors, aliases and merged keys", async () => {
  const graph = await graphOf(`
graph: g
resources:
  file:
  - &base {name: /a, state: exists, content: &text "same"}
  - {<<: *base, name: /b}
  - <<: [*base, {mode: u=rw}]
    name: /c
    content: *text
`);
  expect(graph.resources.map(describeResource)).toMatchObject([
    { key: "file[/a]", fields: { state: "exists", content: "same" } },
    { key: "file[/b]", fields: { state: "exists", content: "same" } },
    { key: "file[/c]", fields: { state: "exists", content: "same", mode: "u=rw" } },
  ]);
});

describe("what is exported", () => {
  const exported = (name: string, host: string, fields: Readonly<Record<string, string>>) => ({
    name,
    host,
    fields: new Map(Object.entries(fields)),
    meta: new Map<MetaName, Value>([
      ["hidden", true],
      ["retry", 3n],
    ]),
  });

  test("by `@@` goes to every host, and is not applied here, unless `meta` says otherwise", async () => {
    const { resources } = await graphOf(`
graph: g
resources:
  noop:
  - name: "@@a"
  - name: "@@b"
    meta: {hidden: false, export: [h2]}
`);
    expect(resources.map(describeResource)).toEqual([
      { key: "noop[a]", fields: {}, meta: { hidden: true, export: ["*"] } },
      { key: "noop[b]", fields: {}, meta: { export: ["h2"] } },
    ]);
  });

  const collecting = `
graph: g
resources:
  noop: [{name: a}]
collect:
- kind: file
  pattern: /mine/
edges:
- {from: {kind: noop, name: a}, to: {kind: file, name: x}}
`;

  test("is collected by kind, without what its exporter needed, and into a directory of its own", async () => {
    const exports = new Map([["file", [exported("x", "h2", { path: "/theirs/x" })]]]);
    const graph = await graphOf(collecting, exports);
    expect(graph.resources.map(describeResource)).toEqual([
      { key: "noop[a]", fields: {}, meta: {} },
      { key: "file[x]", fields: { path: "/theirs/x", dirname: "/mine/" }, meta: { retry: 3n } },
    ]);
    expect(edgesOf(graph)).toEqual(["noop[a] -> file[x]"]);
  });

  test("may be absent: edges to it are left out", async () => {
    const graph = await graphOf(collecting);
    expect([graph.resources.map(printKey), edgesOf(graph)]).toEqual([["noop[a]"], []]);
  });

  test("must fit, and not contradict", async () => {
    const rows = [
      [exported("x", "h2", { path: "/theirs/x", color: "red" })],
      [exported("x", "h2", { path: "/theirs/x" }), exported("x", "h3", { path: "/theirs/x", mode: "0600" })],
      [exported("x", "h2", { path: "/theirs/x", mode: "seven" })],
    ];
    const found = await Promise.all(rows.map((each) => flawsOf(collecting, new Map([["file", each]]))));
    expect(found.map((each) => each.map(({ code }) => code))).toEqual([
      ["invalid-collect"],
      ["duplicate-resource"],
      ["invalid-resource"],
    ]);
  });
});

describe("what is wrong is named, with its place", () => {
  const noops = "graph: g\nresources:\n  noop: [{name: aa}, {name: bb}]\n";
  const rows: readonly (readonly [yaml: string, ...flaws: string[]])[] = [
    [
      "",
      "wrong-shape 1:1 a graph must be a map (its keys are `graph`, `comment`, `resources`, `edges`, `collect`)",
    ],
    [
      "a: [\n",
      "bad-yaml 2:1 this is not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ]",
    ],
    ["graph: *x\n", "bad-alias 1:8 the alias `*x` stands for nothing: no `&x` comes before it"],
    ["graph: &x [*x]\n", "bad-alias 1:12 the alias `*x` is a part of `&x`"],
    ["graph: g\n---\ngraph: h\n", "bad-yaml 2:1 a second YAML document begins here; one file holds one"],
    ["graph: g\ngraph: h\n", "duplicate-key 2:1 the key `graph` comes twice"],
    ["graph: g\n? [x]\n: 1\n", "bad-key 2:3 a key must be text"],
    ["graph: !secret g\n", "bad-yaml 1:8 this is not valid YAML: Unresolved tag: !secret"],
    ["resources:\n", "missing-key 1:1 the name of the graph, `graph:`, is missing"],
    ['graph: ""\n', "missing-key 1:8 the name of the graph, `graph:`, is empty"],
    [
      "graph: g\nresource: {}\nzzzzzzzz: 1\n",
      "unknown-key 2:1 a graph has no key `resource` (did you mean `resources`?)",
      "unknown-key 3:1 a graph has no key `zzzzzzzz` (its keys are `graph`, `comment`, `resources`, `edges`, `collect`)",
    ],
    [
      "graph: g\nresources:\n  File: []\n",
      "unknown-kind 3:3 there is no resource kind `File` (did you mean `file`?)",
    ],
    [
      "graph: g\nresources:\n  file: x\n",
      "wrong-shape 3:9 what there is of kind `file` must be a list (begin each of its parts with `- `)",
    ],
    [
      "graph: g\nresources:\n  noop:\n  - nam: a\n",
      "missing-key 4:5 the name of a resource of kind `noop` is missing",
      "unknown-key 4:5 a resource of kind `noop` has no key `nam` (did you mean `name`?)",
    ],
    ['graph: g\nresources:\n  noop:\n  - name: "@@"\n', "missing-key 4:5 after `@@` the name is missing"],
    [
      "graph: g\nresources:\n  noop:\n  - name: $a\n",
      "dollar-name 4:5 noop[$a]: a name that begins with a dollar sign is mostly a mistake (set `dollar: true` in its `meta` if it is meant)",
    ],
    [
      "graph: g\nresources:\n  file:\n  - name: /a\n    contents: x\n    recurse: 1\n    content: [x]\n",
      "unknown-key 5:5 file[/a] has no key `contents` (did you mean `content`?)",
      "type-mismatch 6:14 file[/a]: recurse must be boolean (was 1)",
      "type-mismatch 7:14 file[/a]: content must be a string (was an object)",
    ],
    ["graph: g\nresources:\n  file:\n  - name: a\n", "invalid-resource 4:5 file[a] is not valid: "],
    [
      "graph: g\nresources:\n  test:\n  - {name: a, bool_ptr: true, boolptr: false}\n",
      "duplicate-key 4:31 `boolptr` of test[a] is set twice",
    ],
    [
      "graph: g\nresources:\n  noop:\n  - name: a\n    meta: {retry: 40000, sem: [], noop: 1, limit: 2}\n",
      "invalid-meta 5:19 the `meta` of noop[a]: `Meta:retry` goes from -32768 to 32767, got 40000",
      "unknown-key 5:26 the `meta` of noop[a] has no key `sem` (did you mean `sema`?)",
      "type-mismatch 5:41 the `meta` of noop[a]: noop must be bool",
    ],
    [
      "graph: g\nresources:\n  noop:\n  - name: a\n    meta: {sema: ['7']}\n",
      "invalid-meta 5:18 the `meta` of noop[a]: semaphore `7` is a bare number: write `name:7`",
    ],
    [
      "graph: g\nresources:\n  file:\n  - {name: /a, content: x}\n  - {name: /a, content: y}\n",
      'duplicate-resource 5:5 duplicate resource `file[/a]`, declared differently: `content` is "x", then "y"',
    ],
    [
      `${noops}edges:\n- from: {kind: noop, name: aa}\n  to: {kind: noop, name: bbb}\n- from: {kind: nop, name: aa}\n  to: {kind: noop, name: bb}\n`,
      "dangling-edge 6:7 the edge leads to noop[bbb], which is not declared (did you mean `bb`?)",
      "dangling-edge 7:9 the edge leads to nop[aa], which is not declared",
    ],
    [
      `${noops}edges:\n- from: {kind: noop}\n  notify: maybe\n`,
      "missing-key 5:3 `to` of an edge is missing",
      "missing-key 5:9 the name in `from` of an edge is missing",
      "type-mismatch 6:11 `notify` of an edge must be true or false",
    ],
    [
      `${noops}edges:\n- {from: {kind: noop, name: aa}, to: {kind: noop, name: bb}}\n- {from: {kind: noop, name: bb}, to: {kind: noop, name: aa}}\n`,
      "resource-cycle 5:3 the resources wait for each other in a cycle",
    ],
    [
      "graph: g\ncollect:\n- kind: nop\n- kind: noop\n  pattern: x\n- kind: file\n  pattern: relative/\n",
      "unknown-kind 3:9 there is no resource kind `nop` (did you mean `noop`?)",
      "invalid-collect 5:12 a `pattern` means nothing to the kind `noop` (leave it out)",
      "invalid-collect 7:12 the `pattern` must be an absolute path with a slash at its end: the directory to put collected files in",
    ],
  ];
  test.each(rows.map((row) => [row[0], row] as const))("%j", async (yaml, [, ...flaws]) => {
    expect((await flawsOf(yaml)).map(show)).toEqual(flaws.map((each) => expect.stringContaining(each)));
  });
});

describe("what would take for ever is refused", () => {
  const bomb = ["x: &a0 [x, x, x, x, x, x, x, x, x, x]"];
  for (let level = 1; level < 9; level++) {
    bomb.push(`y${level}: &a${level} [${Array.from({ length: 10 }, () => `*a${level - 1}`).join(", ")}]`);
  }
  test.each<[string, string, string]>([
    ["aliases of aliases", bomb.join("\n"), "too-large"],
    ["deep nesting", "[".repeat(50_000), "too-deep"],
    [
      "deep nesting in a block",
      Array.from({ length: 4000 }, (_, depth) => `${" ".repeat(depth)}a:`).join("\n"),
      "unknown-key",
    ],
  ])("%s", async (_title, yaml, code) => {
    expect((await flawsOf(yaml)).map((each) => each.code)).toContain(code);
  });
});
