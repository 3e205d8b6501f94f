import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { Client } from "./client.ts";

/** A place in a file: where some text is, and how far into it. */
export interface Spot {
  readonly file?: string;
  /** How many characters (UTF-16 code units) after the beginning of the text. */
  readonly after?: number;
  /** Which occurrence of the text; the first is 0. */
  readonly nth?: number;
}

/** A directory of programs, some of them open in an editor. */
export class Editor implements AsyncDisposable {
  readonly directory: string;
  readonly client: Client;
  readonly #texts = new Map<string, string>();
  #version = 1;

  private constructor(directory: string, client: Client) {
    this.directory = directory;
    this.client = client;
  }

  /**
   * Writes files, starts a server and opens some of them.
   * @param files text by path; a text alone is `main.mcl`
   */
  static async open(
    files: string | Readonly<Record<string, string>>,
    {
      open = ["main.mcl"],
      ...client
    }: { open?: readonly string[]; command?: readonly string[]; capabilities?: object } = {},
  ): Promise<Editor> {
    const directory = mkdtempSync(join(tmpdir(), "mgmt-lsp-"));
    for (const [name, text] of Object.entries(typeof files === "string" ? { "main.mcl": files } : files)) {
      await mkdir(dirname(join(directory, name)), { recursive: true });
      await writeFile(join(directory, name), text);
    }
    const editor = new Editor(directory, await Client.start(client));
    for (const name of open) editor.show(name);
    return editor;
  }

  path(name: string): string {
    return join(this.directory, name);
  }

  uri(name: string): string {
    return pathToFileURL(this.path(name)).href;
  }

  /** Opens a file. */
  show(name: string): void {
    const text = readFileSync(this.path(name), "utf8");
    this.#texts.set(name, text);
    this.client.notify("textDocument/didOpen", {
      textDocument: { uri: this.uri(name), languageId: "mcl", version: this.#version++, text },
    });
  }

  /** Replaces the first occurrence of a text, as somebody who types. */
  type(old: string, text: string, file = "main.mcl"): void {
    const start = this.position(old, { file });
    const end = this.position(old, { file, after: old.length });
    this.#texts.set(
      file,
      this.text(file).replace(old, () => text),
    );
    this.client.notify("textDocument/didChange", {
      textDocument: { uri: this.uri(file), version: this.#version++ },
      contentChanges: [{ range: { start, end }, text }],
    });
  }

  /** What the editor shows of a file that is or was open, or is on disk. */
  text(file: string): string {
    return this.#texts.get(file) ?? readFileSync(this.path(file), "utf8");
  }

  position(
    needle: string,
    { file = "main.mcl", after = 0, nth = 0 }: Spot = {},
  ): {
    line: number;
    character: number;
  } {
    const text = this.text(file);
    let at = -1;
    for (let count = 0; count <= nth; count++) {
      at = text.indexOf(needle, at + 1);
      if (at < 0) throw new Error(`${file} has no \`${needle}\` (${nth})`);
    }
    const before = text.slice(0, at + after).split("\n");
    return { line: before.length - 1, character: before.at(-1)?.length ?? 0 };
  }

  /** Asks something about a place. */
  ask(method: string, needle: string, spot: Spot = {}, more: object = {}): Promise<unknown> {
    return this.client.request(`textDocument/${method}`, {
      textDocument: { uri: this.uri(spot.file ?? "main.mcl") },
      position: this.position(needle, spot),
      ...more,
    });
  }

  /** Asks something about a whole document. */
  askAbout(method: string, file = "main.mcl", more: object = {}): Promise<unknown> {
    return this.client.request(`textDocument/${method}`, { textDocument: { uri: this.uri(file) }, ...more });
  }

  /** Each location as `main.mcl 1:5-1:8 text`, as people count, in order. */
  places(locations: unknown): readonly string[] {
    if (!Array.isArray(locations)) throw new Error(`no locations: ${JSON.stringify(locations)}`);
    return locations.map((each) => this.#place(each)).sort();
  }

  /** What a workspace edit makes of the files, by name. */
  applied(edit: unknown): Readonly<Record<string, string>> {
    const changes = field(edit, "changes");
    const texts: Record<string, string> = {};
    for (const [uri, edits] of Object.entries(record(changes))) {
      const file = this.#name(uri);
      texts[file] = applyEdits(this.text(file), edits);
    }
    return texts;
  }

  /** Waits until a file has these diagnostics, each as `1:5-1:8 code`. */
  diagnostics(file: string, expected: readonly string[]): Promise<readonly string[]> {
    return this.client.diagnostics(this.path(file), (diagnostics) => {
      if (!Array.isArray(diagnostics)) return undefined;
      const found = diagnostics.map((each) => `${rangeText(field(each, "range"))} ${field(each, "code")}`);
      return found.join("\n") === expected.join("\n") ? found : undefined;
    });
  }

  #place(location: unknown): string {
    const file = this.#name(String(field(location, "uri")));
    const range = field(location, "range");
    const [start, end] = offsets(this.text(file), range);
    return `${file} ${rangeText(range)} ${this.text(file).slice(start, end)}`;
  }

  #name(uri: string): string {
    return uri.replace(`${pathToFileURL(this.directory).href}/`, "");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.client[Symbol.asyncDispose]();
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** Applies text edits, which do not overlap. */
export function applyEdits(text: string, edits: unknown): string {
  if (!Array.isArray(edits)) throw new Error(`no edits: ${JSON.stringify(edits)}`);
  return edits
    .map((edit) => ({ range: offsets(text, field(edit, "range")), text: String(field(edit, "newText")) }))
    .sort((a, b) => b.range[0] - a.range[0])
    .reduce(
      (result, { range, text: added }) => result.slice(0, range[0]) + added + result.slice(range[1]),
      text,
    );
}

/** A field of an answer. */
export function field(value: unknown, name: string): unknown {
  return record(value)[name];
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) throw new Error(`no object: ${JSON.stringify(value)}`);
  return Object.fromEntries(Object.entries(value));
}

function offsets(text: string, range: unknown): readonly [number, number] {
  const offset = (position: unknown): number => {
    const lines = text.split("\n").slice(0, Number(field(position, "line")));
    return lines.reduce((sum, line) => sum + line.length + 1, 0) + Number(field(position, "character"));
  };
  return [offset(field(range, "start")), offset(field(range, "end"))];
}

function rangeText(range: unknown): string {
  const place = (position: unknown): string =>
    `${Number(field(position, "line")) + 1}:${Number(field(position, "character")) + 1}`;
  return `${place(field(range, "start"))}-${place(field(range, "end"))}`;
}
