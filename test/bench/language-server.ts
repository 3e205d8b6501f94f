/** How soon after a keystroke the language server says what is wrong. */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Client } from "../lsp/support/client.ts";
import { generated } from "./generated-program.ts";
import { type Bench, median, ms } from "./row.ts";
import { mgmt, withScratch } from "./workbench.ts";

const lines = 2000;
const keystrokes = 40;

export const languageServer: Bench = () =>
  withScratch(async (scratch) => {
    const path = join(scratch, "main.mcl");
    const uri = pathToFileURL(path).href;
    const text = generated(lines);
    const end = text.split("\n").length - 1;
    await using client = await Client.start({ command: [mgmt, "lsp", "--stdio"] });
    client.notify("textDocument/didOpen", { textDocument: { uri, languageId: "mcl", version: 1, text } });
    const samples: number[] = [];
    for (let round = 0; round < keystrokes; round++) {
      // One keystroke makes a mistake, the next one takes it back.
      const breaks = round % 2 === 0;
      const change = breaks
        ? { range: { start: { line: end, character: 0 }, end: { line: end, character: 0 } }, text: "@" }
        : { range: { start: { line: end, character: 0 }, end: { line: end, character: 1 } }, text: "" };
      const start = performance.now();
      client.notify("textDocument/didChange", {
        textDocument: { uri, version: round + 2 },
        contentChanges: [change],
      });
      await client.diagnostics(path, (found) =>
        Array.isArray(found) && found.length > 0 === breaks ? true : undefined,
      );
      samples.push(performance.now() - start);
    }
    const took = median(samples);
    return [
      {
        measure: `language server: diagnostics after a keystroke in a ${lines}-line file`,
        floor: "none",
        measured: `${ms(took)} (first ${ms(samples[0] ?? Number.NaN)})`,
        bar: "under 50 ms",
        holds: took < 50,
      },
    ];
  });
