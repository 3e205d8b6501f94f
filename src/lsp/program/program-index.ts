import { resolve } from "node:path";
import type { Source, Span } from "../../../lang/diagnostic.ts";
import { pathInCore } from "../../../lang/modules/core-path.ts";
import type { LoadedFile } from "../../../lang/modules/loaded-program.ts";
import type { Names } from "../../../lang/scope/observer.ts";
import type { Scope } from "../../../lang/scope/scope.ts";
import type { BindDefinition } from "../../../lang/scope/scoped.ts";
import type { Type } from "../../../lang/types/type.ts";
import { touches } from "../text/positions.ts";
import { bySource, type Occurrence, occurrencesOf } from "./occurrences.ts";
import type { Recording } from "./recording.ts";
import { type Target, targetKey } from "./target.ts";
import { TypeTable } from "./type-table.ts";

/** A file of a program whose names have been looked up. */
export interface IndexedFile {
  /** Absolute. */
  readonly path: string;
  readonly loaded: LoadedFile;
  readonly source: Source;
  /** What was to be read; differs from the source where a broken line of it has been left out. */
  readonly text: string;
}

/** What every word of a program means, by place and by meaning. Each part is made when it is first asked for. */
export class ProgramIndex {
  /** By absolute path. */
  readonly files: ReadonlyMap<string, IndexedFile>;
  readonly names: Names | undefined;
  readonly #recording: Recording;
  readonly #directory: string;
  readonly #paths = new Map<Source, string>();
  #bySource: ReadonlyMap<Source, readonly Occurrence[]> | undefined;
  #byTarget: ReadonlyMap<string, readonly Occurrence[]> | undefined;
  #types: TypeTable | undefined;

  /**
   * @param directory of the program, absolute
   * @param originals the whole text of each file that was read without its broken lines
   */
  constructor(recording: Recording, directory: string, originals: ReadonlyMap<string, string>) {
    this.#recording = recording;
    this.names = recording.names;
    this.#directory = directory;
    const files = new Map<string, IndexedFile>();
    const scoped = new Set(recording.scopes.map(({ span }) => span.source));
    for (const loaded of recording.program?.files ?? []) {
      const { source } = loaded.program.span;
      const path = absolutePath(directory, loaded.path);
      if (scoped.has(source))
        files.set(path, { path, loaded, source, text: originals.get(path) ?? source.text });
    }
    this.files = files;
  }

  get isTyped(): boolean {
    return this.#recording.expressions !== undefined;
  }

  /** The absolute path of the file that a span is in. */
  pathOf({ source }: Pick<Span, "source">): string {
    let path = this.#paths.get(source);
    if (path === undefined) {
      path = absolutePath(this.#directory, source.path);
      this.#paths.set(source, path);
    }
    return path;
  }

  /** Whether an editor can open the file that a span is in: the standard library is in no file. */
  canOpen(span: Pick<Span, "source">): boolean {
    return pathInCore(this.pathOf(span)) === undefined;
  }

  /** All occurrences in a file, in the order of the text. */
  occurrencesIn({ source }: IndexedFile): readonly Occurrence[] {
    this.#bySource ??= bySource(occurrencesOf(this.#recording));
    return this.#bySource.get(source) ?? [];
  }

  /** The word in which, or at the end of which, an offset is; where two meet, the one that begins there. */
  occurrenceAt(file: IndexedFile, offset: number): Occurrence | undefined {
    const occurrences = this.occurrencesIn(file);
    let low = 0;
    let high = occurrences.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((occurrences[middle]?.span.start ?? 0) <= offset) low = middle + 1;
      else high = middle;
    }
    const last = occurrences[low - 1];
    return last !== undefined && touches(last.span, offset) ? last : undefined;
  }

  key(target: Target): string {
    return targetKey(target, (span) => this.pathOf(span));
  }

  /** Every occurrence of what has the key, in all files. */
  occurrencesWith(key: string): readonly Occurrence[] {
    this.#byTarget ??= Map.groupBy(
      [...this.files.values()].flatMap((file) => this.occurrencesIn(file)),
      (each) => this.key(each.target),
    );
    return this.#byTarget.get(key) ?? [];
  }

  /** The innermost scope at an offset. */
  scopeAt({ source }: IndexedFile, offset: number): Scope | undefined {
    let innermost: { readonly scope: Scope; readonly span: Span } | undefined;
    for (const each of this.#recording.scopes) {
      const { span } = each;
      if (span.source !== source || !touches(span, offset)) continue;
      if (innermost === undefined || size(span) <= size(innermost.span)) innermost = each;
    }
    return innermost?.scope;
  }

  /** The types of an expression, one for each way in which it is used; none if that is not known. */
  typesAt(span: Span): readonly Type[] {
    this.#types ??= new TypeTable(this.#expressions());
    return this.#types.at(span);
  }

  #expressions(): ReturnType<NonNullable<Recording["expressions"]>> {
    const { expressions, scopes } = this.#recording;
    if (expressions === undefined) return [];
    const binds: BindDefinition[] = [];
    for (const { scope } of scopes)
      for (const { definition } of scope.variables.values())
        if (definition.kind === "bind") binds.push(definition);
    try {
      return expressions(binds);
    } catch (error) {
      // What builds on itself too deeply has been reported, where it is in use.
      if (error instanceof RangeError) return [];
      throw error;
    }
  }
}

/**
 * Where a file of a program lies. Programs that are no files have no directory, and keep their URI; what is part of
 * the standard library lies nowhere.
 */
export function absolutePath(directory: string, path: string): string {
  return directory === "" || pathInCore(path) !== undefined ? path : resolve(directory, path);
}

function size({ start, end }: Span): number {
  return end - start;
}
