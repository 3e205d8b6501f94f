/**
 * The end-to-end scenarios of the engine specification (section 11) that one machine alone can run, by their names there.
 * Where those wait for so many seconds, these wait for what is to happen.
 */
import { describe, expect, test } from "bun:test";
import { lstatSync, mkdirSync, renameSync, rmSync, statSync } from "node:fs";
import { asRoot } from "../support/needs.ts";
import { Agent } from "./support/agent.ts";
import { nobody } from "./support/nobody.ts";
import { Scratch } from "./support/scratch.ts";

/** Ends the agent by itself, as `--converger-timeout=N --converged-exit` does there. */
const converge = ["--converger-timeout=0", "--converged-exit"];

/** A command in a graph in YAML; notes in `DIR/journal` when it begins and when it ends. */
const exec = (name: string, work: string, more = ""): string => `  - name: ${name}
    shell: /bin/sh
    cmd: "echo begin ${name} >> DIR/journal; ${work}; echo end ${name} >> DIR/journal"
    env: {PATH: "/usr/bin:/bin"}
${more}`;

const edge = (from: string, to: string, kind = "exec"): string =>
  `- {name: ${from}-${to}, from: {kind: ${kind}, name: ${from}}, to: {kind: ${kind}, name: ${to}}}\n`;

const execGraph = (execs: readonly string[], edges: readonly string[]): string =>
  `graph: mygraph\nresources:\n  exec:\n${execs.join("")}edges:\n${edges.join("")}`;

/** Waits until so many commands have begun: they can only go on if they are at work together. */
const together = (count: number): string =>
  `until [ $(grep -c begin DIR/journal) -ge ${count} ]; do sleep 0.01; done`;

function journal(dir: Scratch): readonly string[] {
  return dir.read("journal").trim().split("\n");
}

/** Whether every command ended before every one of the next began. */
function inOrder(lines: readonly string[], ...waves: readonly (readonly string[])[]): boolean {
  return waves.every((wave, index) =>
    wave.every((after) =>
      (waves[index - 1] ?? []).every(
        (before) =>
          lines.includes(`end ${before}`) && lines.indexOf(`end ${before}`) < lines.indexOf(`begin ${after}`),
      ),
    ),
  );
}

/** The most commands that were at work at the same time. */
function mostAtOnce(lines: readonly string[]): number {
  let now = 0;
  let most = 0;
  for (const line of lines) {
    now += line.startsWith("begin") ? 1 : -1;
    most = Math.max(most, now);
  }
  return most;
}

const files = `graph: mygraph
comment: simple, with files in order
resources:
  noop:
  - name: noop1
  file:
  - name: file1
    path: DIR/f1
    content: |
      i am f1
    state: exists
  - name: file2
    path: DIR/f2
    content: |
      i am f2
    state: exists
  - name: file3
    path: DIR/f3
    content: |
      i am f3
    state: exists
  - name: file4
    path: DIR/f4
    state: absent
  - name: dir1
    path: DIR/dir1/
    state: exists
edges:
${edge("file1", "file2", "file")}${edge("file2", "file3", "file")}`;

const filesAreThere = (dir: Scratch): boolean =>
  [1, 2, 3].every((number) => dir.holds(`f${number}`, `i am f${number}\n`)) && !dir.has("f4");

test("t2: files in order, one that must not be there, a directory", async () => {
  using dir = new Scratch();
  dir.write("f4", "");
  await using agent = new Agent(dir, [...converge, dir.program(files, "t2.yaml")]);
  expect(await agent.ended()).toBe(0);
  expect([filesAreThere(dir), statSync(dir.at("dir1")).isDirectory()]).toEqual([true, true]);
});

describe("t5: parallel fan-in and fan-out", () => {
  const graphs: Readonly<Record<string, readonly [graph: string, waves: readonly (readonly string[])[]]>> = {
    "t5, and one alone": [
      execGraph(
        [
          ...["e1", "e2", "e3", "e8"].map((name) => exec(name, together(4))),
          exec("e4", "true"),
          ...["e5", "e6", "e7"].map((name) => exec(name, together(8))),
        ],
        [
          ...["e1", "e2", "e3"].map((name) => edge(name, "e4")),
          ...["e5", "e6", "e7"].map((name) => edge("e4", name)),
        ],
      ),
      [["e1", "e2", "e3"], ["e4"], ["e5", "e6", "e7"]],
    ],
    t5b: [
      execGraph(
        [
          ...["e1", "e2"].map((name) => exec(name, together(2))),
          exec("e3", "true"),
          ...["e4", "e5"].map((name) => exec(name, together(5))),
        ],
        [edge("e1", "e3"), edge("e2", "e3"), edge("e3", "e4"), edge("e3", "e5")],
      ),
      [["e1", "e2"], ["e3"], ["e4", "e5"]],
    ],
    "graph-fanin-1": [
      execGraph(
        [...["e1", "e2", "e3", "e4"].map((name) => exec(name, together(4))), exec("e5", "true")],
        ["e1", "e2", "e3"].map((name) => edge(name, "e5")),
      ),
      [["e1", "e2", "e3"], ["e5"]],
    ],
  };
  test.each(Object.entries(graphs))("%s", async (_name, [graph, waves]) => {
    using dir = new Scratch();
    await using agent = new Agent(dir, [...converge, dir.program(graph, "g.yaml")]);
    expect(await agent.ended()).toBe(0);
    const lines = journal(dir);
    expect([lines, inOrder(lines, ...waves)]).toEqual([lines, true]);
  });
});

test("t6: what is deleted or overwritten is repaired, again and again", async () => {
  using dir = new Scratch();
  await using agent = new Agent(dir, [dir.program(files, "t6.yaml")]);
  await agent.until("the files", () => filesAreThere(dir));
  for (let round = 0; round < 3; round++) {
    rmSync(dir.at("f2"));
    await agent.until("f2 is back", () => filesAreThere(dir));
    dir.write("f2", "foo\n");
    await agent.until("f2 is right", () => filesAreThere(dir));
    dir.write("f4", "");
    await agent.until("f4 is gone", () => filesAreThere(dir));
  }
  expect(await agent.stop("SIGINT")).toBe(0);
});

describe("^C", () => {
  test("graph-exit1: twice, ends what runs, and the rest of the chain does not start", async () => {
    using dir = new Scratch();
    const names = ["e0", "e1", "e2", "e3", "e4"];
    const program = names
      .map(
        (name) =>
          `exec "${name}" {\n\tcmd => "echo begin ${name} >> DIR/journal; exec sleep 1000",\n\tshell => "/bin/sh",\n\tenv => {"PATH" => "/usr/bin:/bin"},\n}\n`,
      )
      .join("");
    const chain = 'Exec["e1"] -> Exec["e2"] -> Exec["e3"] -> Exec["e4"]\n';
    await using agent = new Agent(dir, [dir.program(program + chain)]);
    await agent.until("two commands run", () => journal(dir).length === 2);
    agent.signal("SIGINT");
    await agent.says("^C stops it");
    agent.signal("SIGINT");
    expect(await agent.ended()).toBe(0);
    expect(journal(dir).toSorted()).toEqual(["begin e0", "begin e1"]);
  });

  test("graph-exit2: ends once what runs is done, though another retries", async () => {
    using dir = new Scratch();
    const graph = execGraph(
      [
        exec("e0", "until test -e DIR/go; do sleep 0.01; done"),
        exec("e1", "exit 1", "    meta: {retry: 10, delay: 1000}\n"),
        ...["e2", "e3", "e4"].map((name) => exec(name, "true")),
      ],
      [edge("e1", "e2"), edge("e2", "e3"), edge("e3", "e4")],
    );
    await using agent = new Agent(dir, [dir.program(graph, "g.yaml")]);
    await agent.says("next attempt");
    await agent.until("e0 runs", () => journal(dir).includes("begin e0"));
    agent.signal("SIGINT");
    await agent.says("^C stops it");
    dir.write("go", "");
    expect(await agent.ended()).toBe(0);
    expect(new Set(journal(dir))).toEqual(new Set(["begin e0", "begin e1", "end e0"]));
  });
});

test("exec-fail: what fails for good, and watches, does not keep the agent from converging", async () => {
  using dir = new Scratch();
  const graph = execGraph([exec("e1", "exit 1", "    watchcmd: sleep 1000\n    watchshell: /bin/sh\n")], []);
  await using agent = new Agent(dir, [...converge, dir.program(graph.replace("edges:\n", ""), "g.yaml")]);
  expect(await agent.ended()).toBe(0);
  expect(agent.log).toContain("exec[e1]: error: cmd error: exit status 1");
});

describe("exec-usergroup", () => {
  const cases: Readonly<Record<string, readonly [fields: string, uid: number, gid: number]>> = {
    user: ["user: nobody", nobody, 0],
    group: [`group: ${nobody}`, 0, nobody],
    "user and group": [`user: ${nobody}, group: ${nobody}`, nobody, nobody],
  };
  for (const [name, [fields, uid, gid]] of Object.entries(cases)) {
    asRoot(name, async () => {
      using dir = new Scratch();
      const graph = `graph: g
resources:
  file:
  - {name: script, path: DIR/script.sh, state: exists, mode: 0755, content: "#!/bin/sh\\ntouch DIR/open/result\\n"}
  - {name: open, path: DIR/open/, state: exists, mode: 0777}
  - {name: top, path: DIR/, mode: 0755}
  exec:
  - {name: run, cmd: DIR/script.sh, ${fields}}
edges:
- {from: {kind: file, name: script}, to: {kind: exec, name: run}}
- {from: {kind: file, name: open}, to: {kind: exec, name: run}}
`;
      await using agent = new Agent(dir, [...converge, dir.program(graph, "g.yaml")]);
      expect(await agent.ended()).toBe(0);
      const made = statSync(dir.at("open/result"));
      expect([made.uid, made.gid]).toEqual([uid, gid]);
    });
  }
});

describe("sema: at most so many at a time, and it does not block", () => {
  const names = ["e1", "e2", "e3", "e4", "e5", "e6", "e7"];

  test("sema-1, by --sema", async () => {
    using dir = new Scratch();
    const graph = execGraph(
      names.map((name) => exec(name, together(2))),
      [
        ...["e1", "e2", "e3"].map((name) => edge(name, "e4")),
        ...["e5", "e6", "e7"].map((name) => edge("e4", name)),
      ],
    );
    await using agent = new Agent(dir, [...converge, "--sema", "2", dir.program(graph, "g.yaml")]);
    expect(await agent.ended()).toBe(0);
    const lines = journal(dir);
    expect([lines.length, mostAtOnce(lines)]).toEqual([14, 2]);
    expect(inOrder(lines, ["e1", "e2", "e3"], ["e4"], ["e5", "e6", "e7"])).toBe(true);
  });

  test("sema-2, by Meta:sema", async () => {
    using dir = new Scratch();
    const program = names
      .map(
        (name) =>
          `exec "${name}" {\n\tcmd => "echo begin ${name} >> DIR/journal; ${together(2)}; echo end ${name} >> DIR/journal",\n\tshell => "/bin/sh",\n\tenv => {"PATH" => "/usr/bin:/bin"},\n\tMeta:sema => ["s:2"],\n}\n`,
      )
      .join("");
    await using agent = new Agent(dir, [...converge, dir.program(program)]);
    expect(await agent.ended()).toBe(0);
    expect([journal(dir).length, mostAtOnce(journal(dir))]).toEqual([14, 2]);
  });
});

describe("file-", () => {
  test("mode: quoted or not", async () => {
    using dir = new Scratch();
    const graph = `graph: g
resources:
  file:
  - {name: DIR/plain, state: exists, mode: 0741}
  - {name: DIR/quoted, state: exists, mode: '0614'}
  - {name: DIR/symbolic, state: exists, mode: "u=rwx,g=,o=x"}
`;
    await using agent = new Agent(dir, [...converge, dir.program(graph, "g.yaml")]);
    expect(await agent.ended()).toBe(0);
    expect(["plain", "quoted", "symbolic"].map((name) => dir.mode(name))).toEqual([0o741, 0o614, 0o701]);
  });

  asRoot("owner: by name and by number", async () => {
    using dir = new Scratch();
    const graph = `graph: g
resources:
  file:
  - {name: DIR/named, state: exists, owner: nobody}
  - {name: DIR/numbered, state: exists, owner: ${nobody}, group: ${nobody}}
`;
    await using agent = new Agent(dir, [...converge, dir.program(graph, "g.yaml")]);
    expect(await agent.ended()).toBe(0);
    const owners = ["named", "numbered"]
      .map((name) => lstatSync(dir.at(name)))
      .map(({ uid, gid }) => [uid, gid]);
    expect(owners).toEqual([
      [nobody, 0],
      [nobody, nobody],
    ]);
  });

  test("source: a copy", async () => {
    using dir = new Scratch();
    dir.write("original", Uint8Array.of(0, 10, 255));
    const graph = "graph: g\nresources:\n  file: [{name: DIR/copy, state: exists, source: DIR/original}]\n";
    await using agent = new Agent(dir, [...converge, dir.program(graph, "g.yaml")]);
    expect(await agent.ended()).toBe(0);
    await expect(Bun.file(dir.at("copy")).bytes()).resolves.toEqual(Uint8Array.of(0, 10, 255));
  });

  const keeper = (path: string): string =>
    `graph: g\nresources:\n  file: [{name: ${path}, state: exists, content: text}]\n`;

  test("move: it is made anew; what becomes of the one that was moved does not matter", async () => {
    using dir = new Scratch();
    await using agent = new Agent(dir, [dir.program(keeper("DIR/f"), "g.yaml")]);
    await agent.until("the file", () => dir.holds("f", "text"));
    renameSync(dir.at("f"), dir.at("moved"));
    await agent.until("the file again", () => dir.holds("f", "text"));
    dir.write("moved", "other");
    rmSync(dir.at("f"));
    await agent.until("the file once more", () => dir.holds("f", "text"));
    expect(dir.read("moved")).toBe("other");
    expect(await agent.stop()).toBe(0);
    expect(agent.log.match(/file\[.*\]: copy 4 bytes/g)).toHaveLength(3);
  });

  test("move-upper-dir: a directory above that is moved and made anew", async () => {
    using dir = new Scratch();
    dir.mkdir("a/b/c");
    await using agent = new Agent(dir, [dir.program(keeper("DIR/a/b/c/f"), "g.yaml")]);
    await agent.until("the file", () => dir.holds("a/b/c/f", "text"));
    for (const upper of ["a", "a/b", "a/b/c"]) {
      renameSync(dir.at(upper), dir.at(`away-${upper.length}`));
      mkdirSync(dir.at("a/b/c"), { recursive: true });
      await agent.until(`the file after ${upper} was moved`, () => dir.holds("a/b/c/f", "text"));
    }
    expect(await agent.stop()).toBe(0);
  });
});

describe("values of the machine in a file", () => {
  test("env0", async () => {
    using dir = new Scratch();
    const program = dir.program(`import "fmt"
import "sys"
$env = sys.env()
file "DIR/env" {
	state => "exists",
	content => fmt.printf("%s,%s,%t,%s", sys.getenv("GREETING"), $env["GREETING"], sys.hasenv("MISSING"), sys.getenv("MISSING") <|> "none"),
}
`);
    const env = { GREETING: "hello", PATH: "/usr/bin:/bin" };
    await using agent = new Agent(dir, [...converge, program], { env });
    expect(await agent.ended()).toBe(0);
    expect(dir.read("env")).toBe("hello,hello,false,none");
  });

  test("load0", async () => {
    using dir = new Scratch();
    const program = dir.program(`import "fmt"
import "sys"
$load = sys.load()
file "DIR/load" {
	state => "exists",
	content => fmt.printf("%f %f %f", $load->x1, $load->x5, $load->x15),
}
`);
    await using agent = new Agent(dir, [...converge, program]);
    expect(await agent.ended()).toBe(0);
    expect(dir.read("load")).toMatch(/^[\d.]+ [\d.]+ [\d.]+$/);
  });
});
