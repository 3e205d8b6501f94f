import { expect, test } from "bun:test";
import { unlink, writeFile } from "node:fs/promises";
import { Editor, field } from "./support/editor.ts";

test("says what is wrong when a program is opened, and takes it back when it is mended", async () => {
  await using editor = await Editor.open('print "p" { msg => $wrong, }\n');
  await editor.diagnostics("main.mcl", ["1:20-1:26 unknown-variable"]);
  editor.type("$wrong", '"right"');
  await editor.diagnostics("main.mcl", []);
});

test("tells the message, the notes and the cure", async () => {
  await using editor = await Editor.open('$a = 1\n$a = 2\nnoop "${a}" {}\n');
  const found = await editor.client.diagnostics(editor.path("main.mcl"), (all) =>
    Array.isArray(all) && all.length > 0 ? all : undefined,
  );
  expect(found[0]).toMatchObject({ severity: 1, source: "mgmt", code: "duplicate-definition" });
  const message = String(field(found[0], "message"));
  expect(message).toContain("`$a` is already defined in this scope");
  expect(message).toContain("note: first defined at main.mcl:1:1");
  expect(message).toContain("help: definitions cannot be changed");
});

test("says something new after each keystroke", async () => {
  await using editor = await Editor.open('noop "n" { comment => "c", }\n');
  editor.type("noop", "noo");
  await editor.diagnostics("main.mcl", ["1:1-1:4 unknown-kind"]);
  editor.type("noo", "no");
  await editor.diagnostics("main.mcl", ["1:1-1:3 unknown-kind"]);
  editor.type(", }", ", ");
  await editor.diagnostics("main.mcl", ["2:1-2:1 unexpected-end-of-file"]);
  editor.type('no "n" { comment => "c", ', 'noop "n" {}');
  await editor.diagnostics("main.mcl", []);
});

test("counts places in UTF-16 code units", async () => {
  await using editor = await Editor.open('$s = "𝄞é"\nprint "𝄞 ${s} ${t}" {}\n');
  await editor.diagnostics("main.mcl", ["2:18-2:19 unknown-variable"]);
});

test("takes an empty document and one without a name", async () => {
  await using editor = await Editor.open("$x = $y\n");
  editor.type("$x = $y\n", "");
  editor.client.notify("textDocument/didOpen", {
    textDocument: { uri: "untitled:Untitled-1", languageId: "mcl", version: 1, text: "noop $x {}\n" },
  });
  const hover = await editor.client.request("textDocument/hover", {
    textDocument: { uri: "untitled:Untitled-1" },
    position: { line: 0, character: 1 },
  });
  expect(JSON.stringify(hover)).toContain("# noop");
});

const importing = 'import "lib.mcl"\nprint "p" { msg => $lib.word, }\n';

test("blames the file that is wrong, though only its importer is open", async () => {
  await using editor = await Editor.open({ "main.mcl": importing, "lib.mcl": "$word = \n" });
  await editor.client.diagnostics(editor.path("lib.mcl"), (all) =>
    JSON.stringify(all).includes("main.mcl:1:1") ? all : undefined,
  );
  await writeFile(editor.path("lib.mcl"), '$word = "w"\n');
  editor.client.notify("workspace/didChangeWatchedFiles", {
    changes: [{ uri: editor.uri("lib.mcl"), type: 2 }],
  });
  await editor.diagnostics("lib.mcl", []);
  await unlink(editor.path("lib.mcl"));
  editor.client.notify("workspace/didChangeWatchedFiles", {
    changes: [{ uri: editor.uri("lib.mcl"), type: 3 }],
  });
  await editor.diagnostics("main.mcl", ["1:8-1:17 no-such-module"]);
});

test("checks importers against what is not saved yet", async () => {
  await using editor = await Editor.open(
    { "main.mcl": importing, "lib.mcl": '$word = "w"\n' },
    { open: ["main.mcl", "lib.mcl"] },
  );
  editor.type("$word", "$other", "lib.mcl");
  await editor.diagnostics("main.mcl", ["2:20-2:29 unknown-variable"]);
  editor.type("$other", "$word", "lib.mcl");
  await editor.diagnostics("main.mcl", []);
});

test("forgets what was not saved when a document is closed", async () => {
  await using editor = await Editor.open(
    { "main.mcl": importing, "lib.mcl": '$word = "w"\n' },
    { open: ["main.mcl", "lib.mcl"] },
  );
  editor.type("$word", "$other", "lib.mcl");
  await editor.diagnostics("main.mcl", ["2:20-2:29 unknown-variable"]);
  editor.client.notify("textDocument/didClose", { textDocument: { uri: editor.uri("lib.mcl") } });
  await editor.diagnostics("main.mcl", []);
});

test("checks a module through the program that it is part of", async () => {
  await using editor = await Editor.open(
    {
      "metadata.yaml": "main: site.mcl\n",
      "site.mcl": 'import "modules/web/"\ninclude web.server(80)\n',
      "modules/web/main.mcl": 'class server($port) {\n\tprint "p" { msg => $port, }\n}\n',
    },
    { open: ["modules/web/main.mcl"] },
  );
  await editor.client.diagnostics(editor.path("modules/web/main.mcl"), (all) =>
    JSON.stringify(all).includes("class `server` is included at site.mcl:2:1") ? all : undefined,
  );
  editor.type("msg => $port", 'msg => "port"', "modules/web/main.mcl");
  await editor.diagnostics("modules/web/main.mcl", []);
});
