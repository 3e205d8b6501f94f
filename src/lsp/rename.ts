import {
  LSPErrorCodes,
  type Position,
  type Range,
  ResponseError,
  type TextEdit,
  type WorkspaceEdit,
} from "vscode-languageserver";
import { reservedWords } from "../../lang/syntax/token.ts";
import { analyze } from "./program/analysis.ts";
import type { Occurrence } from "./program/occurrences.ts";
import type { Program } from "./program/program.ts";
import type { ProgramIndex } from "./program/program-index.ts";
import { definitionOf, type Target } from "./program/target.ts";
import type { View } from "./view.ts";
import type { Workspace } from "./workspace.ts";

/** The word at a position, if it can be renamed. */
export function prepareRename(view: View, position: Position): { range: Range; placeholder: string } | null {
  const occurrence = view.occurrenceAt(position);
  if (occurrence === undefined || !isRenamable(occurrence.target)) return null;
  const { source, start, end } = occurrence.span;
  return { range: view.range(occurrence.span), placeholder: source.text.slice(start, end) };
}

/**
 * Gives what the word at a position stands for another name, in all programs that are known. The result is analyzed
 * before it is handed out: a name that would then mean something else is refused.
 * @throws ResponseError that says why it cannot be
 */
export async function rename(
  view: View,
  position: Position,
  newName: string,
  workspace: Workspace,
): Promise<WorkspaceEdit> {
  if (!view.isCurrent) return refuse(`${view.document.path} does not parse: mend that first`);
  const occurrence = view.occurrenceAt(position);
  if (occurrence === undefined || !isRenamable(occurrence.target))
    return refuse("only variables, functions, classes and aliases of a program can be renamed");
  const { target } = occurrence;
  const definition = definitionOf(target);
  if (definition !== undefined && !view.index.canOpen(definition))
    return refuse("what is part of the standard library cannot be renamed");
  const bare = target.kind === "variable" ? newName.replace(/^\$/, "") : newName;
  checkName(bare, target);

  const key = view.index.key(target);
  const edits = new Edits(bare);
  const concerned: Program[] = [];
  for (const program of await workspace.programs()) {
    const { index, diagnostics } = await program.analysis();
    const found = index.occurrencesWith(key);
    if (found.length === 0) continue;
    concerned.push(program);
    for (const { span } of diagnostics)
      if (span !== undefined && !index.files.has(index.pathOf(span)))
        return refuse(`${index.pathOf(span)} cannot be read as a program: mend that first`);
    for (const each of found) edits.replace(each, index);
    if (target.kind === "alias") edits.introduce(target, index);
  }
  for (const program of concerned) await verify(program, edits, workspace);
  return { changes: await edits.forEditor(workspace) };
}

function isRenamable({ kind }: Target): boolean {
  return kind === "variable" || kind === "function" || kind === "class" || kind === "alias";
}

function checkName(name: string, { kind }: Target): void {
  if (!/^[a-z](?:[a-z0-9_]*[a-z0-9])?$/.test(name) || name.includes("__"))
    refuse(
      `\`${name}\` is no name: names are lower-case letters, digits and single underscores, beginning with a letter and not ending with an underscore`,
    );
  const isAllowed = kind === "variable" && (name === "map" || name === "collect");
  if (reservedWords.has(name) && !isAllowed) refuse(`\`${name}\` is a reserved word`);
}

/** One replacement in a file. */
interface Edit {
  readonly start: number;
  readonly end: number;
  /** Ends with the new name. */
  readonly text: string;
}

/** The replacements that a renaming is made of. */
class Edits {
  readonly #name: string;
  /** By path and start. */
  readonly #files = new Map<string, Map<number, Edit>>();

  constructor(name: string) {
    this.#name = name;
  }

  replace({ span }: Occurrence, index: ProgramIndex): void {
    this.#add(index.pathOf(span), { start: span.start, end: span.end, text: this.#name });
  }

  /** Names an import that has its name from its path so far. */
  introduce(target: Target, index: ProgramIndex): void {
    if (target.kind !== "alias" || target.alias.statement.alias !== undefined) return;
    const { span } = target.alias.statement;
    this.#add(index.pathOf(span), { start: span.end, end: span.end, text: ` as ${this.#name}` });
  }

  /** The texts of the files afterwards, and where the new name is in them. */
  async apply(
    workspace: Workspace,
  ): Promise<{ readonly texts: ReadonlyMap<string, string>; readonly places: readonly string[] }> {
    const texts = new Map<string, string>();
    const places: string[] = [];
    for (const path of this.#files.keys()) {
      const before = (await workspace.read(path)) ?? "";
      let after = "";
      let copied = 0;
      for (const { start, end, text } of this.#sorted(path)) {
        after += before.slice(copied, start) + text;
        places.push(placeKey(path, after.length - this.#name.length));
        copied = end;
      }
      texts.set(path, after + before.slice(copied));
    }
    return { texts, places: places.sort() };
  }

  async forEditor(workspace: Workspace): Promise<Record<string, TextEdit[]>> {
    const changes: Record<string, TextEdit[]> = {};
    for (const path of this.#files.keys()) {
      const { uri, lines } = await workspace.file(path);
      changes[uri] = this.#sorted(path).map(({ start, end, text }) => ({
        range: lines.range(start, end),
        newText: text,
      }));
    }
    return changes;
  }

  #sorted(path: string): readonly Edit[] {
    return [...(this.#files.get(path)?.values() ?? [])].sort((a, b) => a.start - b.start);
  }

  #add(path: string, edit: Edit): void {
    const edits = this.#files.get(path);
    if (edits === undefined) this.#files.set(path, new Map([[edit.start, edit]]));
    else edits.set(edit.start, edit);
  }
}

/** @throws ResponseError if the edits change more than a name */
async function verify(program: Program, edits: Edits, workspace: Workspace): Promise<void> {
  const before = await program.analysis();
  const { texts, places } = await edits.apply(workspace);
  const { index, diagnostics } = await analyze(program.root, workspace, texts);
  const [broken] = diagnostics;
  if (broken !== undefined && diagnostics.length > before.diagnostics.length)
    refuse(`the program would not be right any more: ${broken.message}`);
  const expected = places.filter((place) => index.files.has(pathOfPlace(place)));
  const renamed = new Set(expected);
  const found = new Set<string>();
  for (const file of index.files.values())
    for (const each of index.occurrencesIn(file))
      if (renamed.has(placeKey(file.path, each.span.start))) found.add(index.key(each.target));
  const [only, ...others] = found;
  const meant = only === undefined ? [] : index.occurrencesWith(only).map(({ span }) => span);
  const now = meant.map((span) => placeKey(index.pathOf(span), span.start)).sort();
  if (others.length > 0 || now.join("\n") !== expected.join("\n"))
    refuse("the new name is taken where the old one is used: programs would change their meaning");
}

function placeKey(path: string, start: number): string {
  return `${path}\0${start}`;
}

function pathOfPlace(place: string): string {
  return place.slice(0, place.indexOf("\0"));
}

function refuse(reason: string): never {
  throw new ResponseError(LSPErrorCodes.RequestFailed, `cannot rename: ${reason}`);
}
