import { describe, expect, test } from "bun:test";
import { binary } from "../e2e/support/binary.ts";
import { Client } from "./support/client.ts";
import { Editor, field } from "./support/editor.ts";

test("says what it can do", async () => {
  await using client = await Client.start();
  const result = await client.request("initialize", { processId: null, rootUri: null, capabilities: {} });
  expect(field(result, "serverInfo")).toMatchObject({ name: "mgmt" });
  expect(field(result, "capabilities")).toMatchObject({
    hoverProvider: true,
    definitionProvider: true,
    referencesProvider: true,
    renameProvider: { prepareProvider: true },
    documentSymbolProvider: true,
    documentFormattingProvider: true,
  });
});

describe("ends", () => {
  test("with status 0 when it was told to shut down", async () => {
    await using client = await Client.start();
    expect(await client.request("shutdown", null)).toBeNull();
    client.notify("exit", null);
    expect([await client.ended(), client.stderr]).toEqual([0, ""]);
  });

  test("with status 1 when it was not", async () => {
    await using client = await Client.start();
    client.notify("exit", null);
    expect(await client.ended()).toBe(1);
  });

  test("when its client goes away", async () => {
    await using editor = await Editor.open("$x = 1\n");
    await editor.askAbout("documentSymbol");
    editor.client.disconnect();
    expect([await editor.client.ended(), editor.client.stderr]).toEqual([1, ""]);
  });
});

describe("survives", () => {
  const frame = (body: string): string => `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
  test.each([
    ["a body that is no JSON", frame("{{{{{")],
    ["a list", frame("[]")],
    ["null", frame("null")],
    ["a method that there is not", frame('{"jsonrpc":"2.0","id":"x","method":"nope"}')],
    ["a notification that there is not", frame('{"jsonrpc":"2.0","method":"nope","params":3}')],
    ["a document that is none", frame('{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{}}')],
    [
      "a change of a document that is not open",
      frame(
        '{"jsonrpc":"2.0","method":"textDocument/didChange","params":{"textDocument":{"uri":"file:///x"},"contentChanges":[{"text":"x"}]}}',
      ),
    ],
  ])("%s", async (_, bytes) => {
    await using client = await Client.start();
    client.raw(bytes);
    expect(await client.request("shutdown", null)).toBeNull();
  });

  test.each([
    ["no header", "hello\r\n\r\n"],
    ["a length that is no number", "Content-Length: many\r\n\r\n"],
    ["a negative length", "Content-Length: -1\r\n\r\n"],
    ["bytes", "\0\xff\xfe\r\n"],
  ])("%s in place of messages, until its client goes away", async (_, bytes) => {
    await using client = await Client.start();
    client.raw(bytes);
    client.disconnect();
    expect([await client.ended(), client.stderr]).toEqual([1, ""]);
  });

  test("questions that make no sense", async () => {
    await using client = await Client.start();
    for (const params of [null, {}, { textDocument: { uri: 5 }, position: null }])
      await expect(client.request("textDocument/hover", params)).rejects.toThrow();
    const nowhere = { textDocument: { uri: "file:///nowhere.mcl" }, position: { line: 99, character: 99 } };
    expect(await client.request("textDocument/hover", nowhere)).toBeNull();
    expect(await client.request("textDocument/completion", nowhere)).toBeNull();
    expect(await client.request("textDocument/rename", { ...nowhere, newName: "x" })).toBeNull();
  });

  test("places that a document does not have", async () => {
    await using editor = await Editor.open("$x = 1\n");
    const position = { line: 99, character: 99 };
    for (const method of ["hover", "completion", "signatureHelp", "prepareRename"])
      await editor.client.request(`textDocument/${method}`, {
        textDocument: { uri: editor.uri("main.mcl") },
        position,
      });
  });
});

test("the executable serves as well", async () => {
  await using editor = await Editor.open('$x = 1\ntest "t" { int64 => $x, }\n', { command: [binary, "lsp"] });
  const hover = await editor.ask("hover", "$x", { after: 1 });
  expect(JSON.stringify(hover)).toContain("$x int");
  editor.type("$x = 1", '$x = "a"');
  await editor.client.diagnostics(editor.path("main.mcl"), (all) =>
    JSON.stringify(all).includes("type-mismatch") ? all : undefined,
  );
  expect(await editor.client.request("shutdown", null)).toBeNull();
  editor.client.notify("exit", null);
  expect([await editor.client.ended(), editor.client.stderr]).toEqual([0, ""]);
});
