import { dirname, resolve } from "node:path";
import type { Location, TextDocumentContentChangeEvent } from "vscode-languageserver";
import type { Span } from "../../lang/diagnostic.ts";
import { filesBelow } from "../agent/input.ts";
import { Catalogue } from "../resources/catalogue.ts";
import { Document, pathOf, uriOf } from "./document.ts";
import { Program } from "./program/program.ts";
import type { ProgramIndex } from "./program/program-index.ts";
import { enclosingRoots, type ProgramRoot, rootKey, soleRoot } from "./program/program-root.ts";
import { Lines, linesOf } from "./text/positions.ts";
import { TextChange } from "./text/text-change.ts";
import { View } from "./view.ts";

/** The open documents, and the programs that they belong to. */
export class Workspace {
  readonly kinds = new Catalogue();
  readonly moduleDirectory = moduleDirectoryOf(process.env.MGMT_MODULE_PATH);
  /** By path. */
  readonly #documents = new Map<string, Document>();
  readonly #programs = new Map<string, Program>();
  /** By directory. */
  readonly #roots = new Map<string, Promise<readonly ProgramRoot[]>>();
  readonly #disk = filesBelow("");

  open(uri: string, text: string): void {
    const document = new Document(uri, text);
    this.#documents.set(document.path, document);
    this.#touch(document.path);
  }

  change(uri: string, changes: readonly TextDocumentContentChangeEvent[]): void {
    const document = this.document(uri);
    if (document === undefined) return;
    document.change(changes);
    this.#touch(document.path);
  }

  close(uri: string): void {
    const path = pathOf(uri);
    this.#documents.delete(path);
    this.#touch(path);
  }

  /** Files have been written, made or removed. */
  filesChanged(uris: readonly string[]): void {
    this.#roots.clear();
    for (const uri of uris) this.#touch(pathOf(uri));
  }

  document(uri: string): Document | undefined {
    return this.#documents.get(pathOf(uri));
  }

  /** All programs that open documents belong to; others are forgotten. */
  async programs(): Promise<readonly Program[]> {
    const inUse = new Set<Program>();
    const near = new Set<string>();
    for (const { path } of [...this.#documents.values()]) {
      for (const program of await this.#programsOf(path)) inUse.add(program);
      for (const root of await this.#enclosingRoots(path)) near.add(rootKey(root));
    }
    for (const [key, program] of this.#programs)
      if (!inUse.has(program) && !near.has(key)) this.#programs.delete(key);
    return [...inUse];
  }

  /** What is known of an open document; undefined if nothing is, since it has never been a program. */
  async view(uri: string): Promise<View | undefined> {
    const document = this.document(uri);
    if (document === undefined) return undefined;
    for (const program of await this.#programsOf(document.path)) {
      const index = await program.indexOf(document.path);
      const file = index?.files.get(document.path);
      if (index !== undefined && file !== undefined) return new View(document, index, file, program.typed);
    }
    return undefined;
  }

  /** The indexes of all programs besides the one that a view shows. */
  async otherIndexes({ index }: View): Promise<readonly ProgramIndex[]> {
    const analyses = await Promise.all((await this.programs()).map((program) => program.analysis()));
    return analyses.map((analysis) => analysis.index).filter((other) => other !== index);
  }

  /** Where a place that an index knows is now. */
  location(index: ProgramIndex, span: Span): Location {
    const path = index.pathOf(span);
    const document = this.#documents.get(path);
    if (document === undefined)
      return { uri: uriOf(path), range: linesOf(span.source).range(span.start, span.end) };
    const change = new TextChange(index.files.get(path)?.text ?? span.source.text, document.text);
    return {
      uri: document.uri,
      range: document.lines.range(change.forward(span.start), change.forward(span.end)),
    };
  }

  /** How the editor calls a file, and its lines as they are now. */
  async file(path: string): Promise<{ readonly uri: string; readonly lines: Lines }> {
    return this.#documents.get(path) ?? { uri: uriOf(path), lines: new Lines((await this.read(path)) ?? "") };
  }

  /** The text of a file as it is now, saved or not. Errors as in `ModuleFiles`. */
  async read(path: string): Promise<string | undefined> {
    return this.#documents.get(path)?.text ?? (await this.#disk.read(path));
  }

  /** All programs that are known to need a file, the outermost first; if there is none, the file alone. */
  async #programsOf(path: string): Promise<readonly Program[]> {
    for (const root of await this.#enclosingRoots(path)) this.#program(root);
    const sole = soleRoot(path);
    const found: Program[] = [];
    for (const [key, program] of [...this.#programs]) {
      if (key === rootKey(sole)) continue;
      await program.analysis();
      if (program.needs(path)) found.push(program);
    }
    if (found.length === 0) return [this.#program(sole)];
    return found.sort((a, b) => a.root.directory.length - b.root.directory.length);
  }

  #enclosingRoots(path: string): Promise<readonly ProgramRoot[]> {
    const directory = dirname(path);
    let roots = this.#roots.get(directory);
    if (roots === undefined) {
      roots = enclosingRoots(path);
      this.#roots.set(directory, roots);
    }
    return roots;
  }

  #program(root: ProgramRoot): Program {
    const key = rootKey(root);
    let program = this.#programs.get(key);
    if (program === undefined) {
      program = new Program(root, this);
      this.#programs.set(key, program);
    }
    return program;
  }

  #touch(path: string): void {
    for (const program of this.#programs.values())
      if (program.needs(path) || rootKey(program.root) === path) program.invalidate();
  }
}

function moduleDirectoryOf(path: string | undefined): string | undefined {
  return path === undefined || path === "" ? undefined : `${resolve(path)}/`;
}
