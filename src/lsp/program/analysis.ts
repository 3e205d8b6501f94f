import { compile } from "../../../lang/compile.ts";
import { type Diagnostic, DiagnosticError, diagnostic } from "../../../lang/diagnostic.ts";
import type { KindCatalogue } from "../../../lang/kinds.ts";
import type { ModuleFiles } from "../../../lang/modules/module-files.ts";
import { absolutePath, ProgramIndex } from "./program-index.ts";
import type { ProgramRoot } from "./program-root.ts";
import { Recording } from "./recording.ts";

/** What is known of a program at one moment. */
export interface Analysis {
  /** As `mgmt check` reports them. */
  readonly diagnostics: readonly Diagnostic[];
  /** Without files when the main file does not parse. */
  readonly index: ProgramIndex;
  /** Absolute paths of all files that were read or looked for. */
  readonly reads: ReadonlySet<string>;
}

/** What programs are analyzed with. */
export interface AnalysisContext {
  /**
   * The text of a file as it is now, saved or not; undefined where there is none.
   * @throws Error whose message says why an existing file cannot be read
   */
  read(path: string): Promise<string | undefined>;
  readonly kinds: KindCatalogue;
  /** Where modules imported by URL are, besides those that other modules bring along; absolute, ends in `/`. */
  readonly moduleDirectory: string | undefined;
}

const nothing: ReadonlyMap<string, string> = new Map();

/**
 * Takes a program through the whole compiler.
 * @param replaced texts that stand in place of what files hold, by absolute path
 */
export function analyze(
  root: ProgramRoot,
  context: AnalysisContext,
  replaced: ReadonlyMap<string, string> = nothing,
): Promise<Analysis> {
  return run(root, context, replaced, nothing);
}

/** How many broken lines are left out before a file counts as unreadable. */
const maximumOmissions = 3;

/**
 * What can be known of a program one of whose files does not parse: the lines in which it is broken are left out.
 * @param diagnostics of the program as it is
 * @returns undefined if the file is broken beyond that
 */
export async function analyzeAround(
  path: string,
  diagnostics: readonly Diagnostic[],
  root: ProgramRoot,
  context: AnalysisContext,
): Promise<Analysis | undefined> {
  const text = await context.read(path);
  if (text === undefined) return undefined;
  let omitted = text;
  let found = diagnostics;
  for (let count = 0; count < maximumOmissions; count++) {
    const span = found
      .flatMap((each) => (each.span === undefined ? [] : [each.span]))
      .find(({ source }) => absolutePath(root.directory, source.path) === path);
    if (span === undefined) return undefined;
    omitted = withoutLine(omitted, span.start);
    const analysis = await run(root, context, new Map([[path, omitted]]), new Map([[path, text]]));
    if (analysis.index.files.has(path)) return analysis;
    found = analysis.diagnostics;
  }
  return undefined;
}

async function run(
  { directory, input }: ProgramRoot,
  context: AnalysisContext,
  replaced: ReadonlyMap<string, string>,
  originals: ReadonlyMap<string, string>,
): Promise<Analysis> {
  const reads = new Set<string>();
  const files: ModuleFiles = {
    remote: { directory: context.moduleDirectory },
    read(path) {
      const absolute = absolutePath(directory, path);
      reads.add(absolute);
      const text = replaced.get(absolute);
      return text === undefined ? context.read(absolute) : Promise.resolve(text);
    },
  };
  const recording = new Recording();
  const diagnostics = await mistakes(() => compile(input, files, context.kinds, recording));
  return { diagnostics, index: new ProgramIndex(recording, directory, originals), reads };
}

async function mistakes(work: () => Promise<unknown>): Promise<readonly Diagnostic[]> {
  try {
    await work();
    return [];
  } catch (error) {
    if (error instanceof DiagnosticError) return error.diagnostics;
    // The editor keeps its other features, and says what happened.
    const reason = error instanceof Error ? error.message : String(error);
    return [
      diagnostic("init", "defect", `mgmt cannot check this program, which is a defect in mgmt: ${reason}`),
    ];
  }
}

/** Puts blanks in place of the line that an offset is in, so that nothing else moves. */
function withoutLine(text: string, offset: number): string {
  const start = text.lastIndexOf("\n", offset - 1) + 1;
  const newline = text.indexOf("\n", offset);
  const end = newline < 0 ? text.length : newline;
  return text.slice(0, start) + " ".repeat(end - start) + text.slice(end);
}
