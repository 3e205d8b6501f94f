import { describe, expect, test } from "bun:test";
import { appendFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { Agent } from "./support/agent.ts";
import { mgmt } from "./support/mgmt.ts";
import { Scratch } from "./support/scratch.ts";

/** A graph with one file for each of these texts, `DIR/f0` and so on. */
const files = (...texts: readonly string[]): string =>
  ["graph: g", "resources:", "  file:", ...texts.map((text, index) => file(`f${index}`, text))].join("\n");

const file = (name: string, text: string): string =>
  `  - {name: ${name}, path: DIR/${name}, state: exists, content: ${text}}`;

test("run, check and graph take a graph in YAML, by its name or after the word", async () => {
  using dir = new Scratch();
  const path = dir.program(`${files("text")}\n  noop: [{name: n, meta: {noop: true}}]\n`, "site.yml");
  for (const words of [["site.yml"], ["yaml", "site.yml"]]) {
    expect((await mgmt(["check", ...words], { cwd: dir.path })).status).toBe(0);
    const { stdout } = await mgmt(["graph", "--format", "json", ...words], { cwd: dir.path });
    expect(JSON.parse(stdout)).toEqual({
      vertices: [
        {
          kind: "file",
          name: "f0",
          fields: { path: dir.at("f0"), state: "exists", content: "text" },
          meta: {},
        },
        { kind: "noop", name: "n", fields: {}, meta: { noop: true } },
      ],
      edges: [],
    });
    rmSync(dir.at("f0"), { force: true });
    const options = ["--standalone", "--once", "--prefix", dir.prefix];
    expect((await mgmt([...options, ...words], { cwd: dir.path })).status).toBe(0);
    expect(dir.read("f0")).toBe("text");
  }
  const piped = await mgmt(["graph", "yaml", "-"], { stdin: dir.read("site.yml") });
  expect([piped.status, piped.stdout]).toEqual([0, "Vertex: file[f0]\nVertex: noop[n]\n"]);
  expect((await mgmt(["check", path, path])).status).toBe(0);
});

test("what is wrong is shown in its place, and ends with 1 before anything is done", async () => {
  using dir = new Scratch();
  dir.program(`${files("text")}, mod: 0600}\n`, "site.yaml");
  dir.program("graph: g\nresources:\n  fil: []\n  noop: {}\n", "other.yaml");
  for (const command of [["check"], ["graph"], ["run", "--standalone", "--once", "--prefix", dir.prefix]]) {
    const { status, stdout, stderr } = await mgmt([...command, "other.yaml"], { cwd: dir.path });
    expect([status, stdout]).toEqual([1, ""]);
    expect(stderr).toBe(`error[unknown-kind]: there is no resource kind \`fil\`
 --> other.yaml:3:3
  |
3 |   fil: []
  |   ^^^
  = help: did you mean \`file\`?

error[wrong-shape]: what there is of kind \`noop\` must be a list
 --> other.yaml:4:9
  |
4 |   noop: {}
  |         ^^
  = help: begin each of its parts with \`- \`

`);
  }
  const json = await mgmt(["check", "--format", "json", "other.yaml"], { cwd: dir.path });
  expect(JSON.parse(json.stdout)).toMatchObject({
    error: { phase: "output", code: "unknown-kind", file: "other.yaml", start: { line: 3, column: 3 } },
  });
  const syntax = await mgmt(["check", "site.yaml"], { cwd: dir.path });
  expect(syntax.stderr).toContain("error[bad-yaml]");
  expect((await mgmt(["check", "none.yaml"], { cwd: dir.path })).stderr).toContain("no graph at `none.yaml`");
  expect((await mgmt(["check", "yaml", "."], { cwd: dir.path })).stderr).toContain("`.`: is a directory");
  const without = await mgmt(["run", "--standalone", "yaml"]);
  expect([without.status, without.stderr]).toEqual([2, expect.stringContaining("name a .yaml file")]);
});

test("options of run count: --noop, --sema, --no-autoedges, --no-autogroup", async () => {
  using dir = new Scratch();
  const path = dir.program(
    `${files("text")}
  - {name: DIR/sub/, state: exists}
${file("sub/x", "x")}
  print: [{name: a}, {name: b}]
  exec:
  - {name: e1, shell: /bin/sh, cmd: "mkdir DIR/alone && rmdir DIR/alone"}
  - {name: e2, shell: /bin/sh, cmd: "mkdir DIR/alone && rmdir DIR/alone"}
`,
    "g.yaml",
  );
  const run = async (...options: readonly string[]) => {
    const words = [
      "run",
      "--standalone",
      "--once",
      "--prefix",
      dir.prefix,
      "--report",
      "-",
      ...options,
      path,
    ];
    const { status, stdout } = await mgmt(words);
    const { summary, edges, resources } = JSON.parse(stdout);
    const groups = resources.filter((each: { group: unknown[] }) => each.group.length > 0).length;
    return { status, noop: summary.noop, edges: edges.length, groups };
  };
  expect(await run("--noop")).toMatchObject({ status: 0, noop: 6 });
  expect(dir.has("f0")).toBe(false);
  expect(await run("--sema", "1")).toEqual({ status: 0, noop: 0, edges: 1, groups: 1 });
  expect(await run("--sema", "1", "--no-autoedges", "--no-autogroup")).toMatchObject({ edges: 0, groups: 0 });
});

describe("an edited graph", () => {
  test("is taken over while the agent runs, both ways", async () => {
    using dir = new Scratch();
    const path = dir.program(files("one", "stays"), "g.yaml");
    await using agent = new Agent(dir, [path]);
    await agent.until("the first graph", () => dir.holds("f0", "one") && dir.holds("f1", "stays"));
    for (const text of ["two", "one", "three"]) {
      dir.program(files(text, "stays"), "g.yaml");
      await agent.until(text, () => dir.holds("f0", text));
    }
    writeFileSync(dir.at("new"), files("by rename", "stays").replaceAll("DIR", dir.path));
    renameSync(dir.at("new"), path);
    await agent.until("the file that was moved here", () => dir.holds("f0", "by rename"));
    expect(agent.log.match(/file\[f1\]: copy/g)).toHaveLength(1);
    expect(await agent.stop()).toBe(0);
  });

  test("that is written piece by piece counts when it is whole", async () => {
    using dir = new Scratch();
    const path = dir.program(files("one", "one"), "g.yaml");
    await using agent = new Agent(dir, [path]);
    await agent.until("the first graph", () => dir.holds("f0", "one") && dir.holds("f1", "one"));
    dir.program(files("two"), "g.yaml");
    appendFileSync(path, `\n${file("f1", "two").replaceAll("DIR", dir.path)}`);
    await agent.until("the whole graph", () => dir.holds("f0", "two") && dir.holds("f1", "two"));
    expect(agent.log).not.toContain("graph of 1 resources");
    expect(await agent.stop()).toBe(0);
  });

  test("that is not sound is told of, and the one before goes on until it is", async () => {
    using dir = new Scratch();
    const path = dir.program(files("one"), "g.yaml");
    await using agent = new Agent(dir, [path]);
    await agent.until("the first graph", () => dir.holds("f0", "one"));
    dir.write("g.yaml", "graph: g\nresources:\n  fil: []\n");
    await agent.says("did you mean `file`?");
    expect(agent.log).toContain("g.yaml:3:3");
    expect(agent.log).toContain("the graph before stays in force");
    dir.write("f0", "drift");
    await agent.until("a repair", () => dir.holds("f0", "one"));
    rmSync(path);
    await agent.says("no such file");
    dir.write("f0", "drift");
    await agent.until("a repair", () => dir.holds("f0", "one"));
    dir.program(files("two"), "g.yaml");
    await agent.until("the next graph", () => dir.holds("f0", "two"));
    expect(await agent.stop()).toBe(0);
  });
});

describe("exports", () => {
  const exporting = (name: string): string =>
    `  - {name: "@@${name}", path: DIR/own/${name}, state: exists, content: ${name}}`;
  const collecting = (...names: readonly string[]): string =>
    [
      "graph: g",
      "resources:",
      "  file:",
      file("plain", "text"),
      ...names.map(exporting),
      "collect:",
      "- kind: file",
      "  pattern: DIR/all/",
    ].join("\n");

  test("by `@@` are collected into a directory of the host's own, and come and go", async () => {
    using dir = new Scratch();
    dir.mkdir("all");
    const path = dir.program(
      `${collecting("a", "b")}\nedges:\n- {from: {kind: file, name: a}, to: {kind: file, name: plain}}\n`,
      "g.yaml",
    );
    await using agent = new Agent(dir, [path]);
    await agent.until("both", () => dir.holds("all/a", "a") && dir.holds("all/b", "b"));
    await agent.until("what comes after one of them", () => dir.holds("plain", "text"));
    expect(dir.has("own")).toBe(false);
    dir.program(collecting("c"), "g.yaml");
    await agent.until("another", () => dir.holds("all/c", "c"));
    await agent.until("one record", () => dir.list("prefix/local/export").length === 1);
    expect(await agent.stop()).toBe(0);
  });

  test("are not made under --noop", async () => {
    using dir = new Scratch();
    const path = dir.program(collecting("a"), "g.yaml");
    const { status } = await mgmt(["run", "--standalone", "--once", "--noop", "--prefix", dir.prefix, path]);
    expect([status, dir.has("prefix/local/export")]).toEqual([0, false]);
  });
});
