import { afterEach, beforeEach, expect, test } from "bun:test";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GraphPicture } from "../../src/agent/graph-picture.ts";
import { Lab } from "../engine/lab.ts";
import { asRoot } from "../support/needs.ts";

let directory: string;
let logged: string[];
let lab: Lab;
let pathBefore: string | undefined;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "mgmt-picture-"));
  logged = [];
  pathBefore = process.env.PATH;
  lab = new Lab();
  await lab.run(
    [
      lab.resource("a"),
      lab.resource("b", { groupKey: "g" }),
      lab.resource("c", { groupKey: "g" }),
      lab.resource('"d"'),
    ],
    ["a => b", "a => c"],
  );
});
afterEach(() => {
  process.env.PATH = pathBefore;
  rmSync(directory, { recursive: true, force: true });
});

/** Installs a program that is found by its name. */
function install(name: string, script: string): void {
  const bin = join(directory, "bin");
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(bin, name), 0o755);
  process.env.PATH = `${bin}:${pathBefore}`;
}

function picture(more: { filter?: string; environment?: Record<string, string> } = {}): GraphPicture {
  return new GraphPicture({
    file: join(directory, "graph"),
    filter: "dot",
    hostname: "h1",
    environment: process.env,
    log: (level, origin, message) => logged.push(`${level} ${origin}: ${message}`),
    ...more,
  });
}

const dot = `digraph mgmt {
  "test[\\"d\\"]";
  "test[a]";
  "test[c]" [label="test[c]\\ntest[b]"];
  "test[a]" -> "test[c]" [style=bold];
}
`;

test("the graph is written, and rendered by the program", async () => {
  install("neato", 'printf "%s " "$@"; cat "$2"');
  const drawing = picture({ filter: "neato" });
  drawing.draw(lab.engine, []);
  expect(drawing.path).toBe(join(directory, "graph@h1"));
  expect(readFileSync(drawing.path, "utf8")).toBe(dot);
  expect(statSync(drawing.path).mode & 0o777).toBe(0o600);
  await drawing.finish();
  expect(readFileSync(`${drawing.path}.png`, "utf8")).toBe(`-Tpng ${drawing.path} ${dot}`);
  expect(statSync(`${drawing.path}.png`).mode & 0o777).toBe(0o600);
  expect(logged).toEqual([]);
});

test("while one picture is made, graphs come and go; the last is drawn", async () => {
  const go = join(directory, "go");
  install("dot", `echo >> ${join(directory, "calls")}; until [ -e ${go} ]; do sleep 0.01; done; cat "$2"`);
  const drawing = picture();
  for (const name of ["x", "y", "z"]) {
    await lab.run([lab.resource(name)]);
    drawing.draw(lab.engine, []);
  }
  writeFileSync(go, "");
  await drawing.finish();
  expect(readFileSync(`${drawing.path}.png`, "utf8")).toContain("test[z]");
  expect(readFileSync(join(directory, "calls"), "utf8")).toBe("\n\n");
});

test("without the program there is the file, and one line in the log", async () => {
  process.env.PATH = directory;
  const drawing = picture();
  for (let round = 0; round < 3; round++) {
    drawing.draw(lab.engine, []);
    await drawing.finish();
  }
  expect(readFileSync(drawing.path, "utf8")).toBe(dot);
  expect(existsSync(`${drawing.path}.png`)).toBe(false);
  expect(logged).toEqual([`warn graphviz: could not run dot: no such program in PATH (${directory})`]);
});

test("a filter that is none", async () => {
  install("rm", "touch $0.ran");
  const drawing = picture({ filter: "rm" });
  drawing.draw(lab.engine, []);
  await drawing.finish();
  expect(logged).toEqual([
    "warn graphviz: no picture: --graphviz-filter is one of dot, neato, twopi, circo, fdp, sfdp, patchwork, osage, not rm",
  ]);
  expect(existsSync(join(directory, "bin", "rm.ran"))).toBe(false);
});

test("a program that fails is quoted, and the picture before stays", async () => {
  install("dot", "echo good");
  const drawing = picture();
  drawing.draw(lab.engine, []);
  await drawing.finish();
  install("dot", "echo half; echo no memory >&2; exit 1");
  drawing.draw(lab.engine, []);
  await drawing.finish();
  expect(logged).toEqual(["warn graphviz: dot has failed: no memory"]);
  expect(readFileSync(`${drawing.path}.png`, "utf8")).toBe("good\n");
});

test("a file that cannot be written is logged", () => {
  const drawing = new GraphPicture({
    file: join(directory, "no", "graph"),
    filter: "dot",
    hostname: "h1",
    environment: {},
    log: (level, origin, message) => logged.push(`${level} ${origin}: ${message}`),
  });
  drawing.draw(lab.engine, []);
  expect(logged).toEqual([`warn graphviz: could not write ${drawing.path}: no such file or directory`]);
});

asRoot("under sudo, files are the invoking user's, and the program runs as that user", async () => {
  install("dot", "id -u; id -g; id -G");
  chmodSync(directory, 0o755);
  const drawing = picture({
    environment: { PATH: process.env.PATH ?? "", SUDO_UID: "65534", SUDO_GID: "65534" },
  });
  drawing.draw(lab.engine, []);
  await drawing.finish();
  for (const path of [drawing.path, `${drawing.path}.png`]) {
    const { uid, gid } = statSync(path);
    expect({ uid, gid }).toEqual({ uid: 65534, gid: 65534 });
  }
  expect(readFileSync(`${drawing.path}.png`, "utf8")).toBe("65534\n65534\n65534\n");
});
