import { fileURLToPath, pathToFileURL } from "node:url";
import type { TextDocumentContentChangeEvent } from "vscode-languageserver";
import { Lines } from "./text/positions.ts";

/** A text that is open in the editor, saved or not. */
export class Document {
  readonly path: string;
  #lines: Lines;

  /** @param uri as the editor writes it: the same file may have several spellings */
  constructor(
    readonly uri: string,
    text: string,
  ) {
    this.path = pathOf(uri);
    this.#lines = new Lines(text);
  }

  get text(): string {
    return this.#lines.text;
  }

  get lines(): Lines {
    return this.#lines;
  }

  /** Applies the changes of one notification, each on top of the one before. */
  change(changes: readonly TextDocumentContentChangeEvent[]): void {
    for (const change of changes) {
      if (!("range" in change)) {
        this.#lines = new Lines(change.text);
        continue;
      }
      const { start, end } = change.range;
      const { text } = this;
      const from = this.#lines.offset(start);
      const to = Math.max(from, this.#lines.offset(end));
      this.#lines = new Lines(text.slice(0, from) + change.text + text.slice(to));
    }
  }
}

/** The absolute path of a file; of anything that is no file, such as a text without a name, the URI itself. */
export function pathOf(uri: string): string {
  if (!uri.startsWith("file:")) return uri;
  try {
    return fileURLToPath(uri);
  } catch {
    return uri;
  }
}

export function uriOf(path: string): string {
  return path.startsWith("/") ? pathToFileURL(path).href : path;
}
