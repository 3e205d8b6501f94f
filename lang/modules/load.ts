/** Loading: from where a program lies to everything that name resolution needs (language specification, 13). */
import {
  type Diagnostic,
  DiagnosticError,
  diagnostic,
  fail,
  place as placeOf,
  Source,
  type Span,
} from "../diagnostic.ts";
import type { FunctionCatalogue } from "../scope/catalogue.ts";
import { nearest } from "../suggest.ts";
import type { ImportStatement, Program } from "../syntax/ast.ts";
import { type InterpolatedProgram, interpolate } from "../syntax/interpolate.ts";
import { parse } from "../syntax/parse.ts";
import { validate } from "../syntax/validate.ts";
import { walk } from "../syntax/walk.ts";
import { coreDirectory, pathInCore } from "./core-path.ts";
import { type RemotePath, readImportPath } from "./import-path.ts";
import type { Input } from "./input.ts";
import type { ImportTarget, LoadedFile, LoadedMetadata, LoadedProgram } from "./loaded-program.ts";
import { readMetadata } from "./metadata.ts";
import type { ModuleFiles } from "./module-files.ts";
import { directoryOf, resolvePath } from "./path.ts";
import { RemoteModules } from "./remote-modules.ts";

/**
 * Reads a program and all that it imports, through phases `parse`, `init` and `interpolate`.
 *
 * What is wrong with imported files is kept with the import: it counts, as a mistake of phase `scope`, where the
 * import is in use.
 *
 * @throws DiagnosticError when the input cannot be read, or the main file fails one of the phases
 */
export async function load(
  input: Input,
  files: ModuleFiles,
  functions: Pick<FunctionCatalogue, "modules" | "sources">,
): Promise<LoadedProgram> {
  const loader = new Loader(files, functions);
  const found = input.kind === "code" ? { path: input.path, text: input.code } : await loader.find(input);
  if (found === undefined) {
    const name = input.path === "" ? "./" : input.path;
    return fail("scope", "no-such-input", `there is no program at \`${name}\``, undefined, {
      help:
        input.kind === "directory"
          ? "a module is a directory with a `metadata.yaml` or a `main.mcl`"
          : "check the path",
    });
  }
  const main = await loader.load(found, (source) => interpolateSource(source));
  return { main, files: loader.loaded };
}

/** A file that exists. */
interface FoundFile {
  readonly path: string;
  readonly text: string;
  readonly metadata?: LoadedMetadata;
}

class Loader {
  readonly loaded: LoadedFile[] = [];
  readonly #files: ModuleFiles;
  readonly #functions: Pick<FunctionCatalogue, "modules" | "sources">;
  /** By path, what became of each imported module; absent while its imports are still being followed. */
  readonly #modules = new Map<string, LoadedFile | readonly Diagnostic[]>();
  /** The files that are being loaded, outermost first, each with the import that led to it. */
  readonly #trail: {
    readonly path: string;
    readonly metadata?: LoadedMetadata | undefined;
    readonly importedAt: Span | undefined;
  }[] = [];
  readonly #remote: RemoteModules;

  constructor(files: ModuleFiles, functions: Pick<FunctionCatalogue, "modules" | "sources">) {
    this.#files = files;
    this.#functions = functions;
    this.#remote = new RemoteModules(files.remote, async (path) => (await this.#read(path)) !== undefined);
  }

  /** The main file of an input, or of a module that lies in a directory. */
  async find(input: Exclude<Input, { kind: "code" }>): Promise<FoundFile | undefined> {
    if (input.kind === "directory") {
      return (
        (await this.find({ kind: "metadata", path: `${input.path}metadata.yaml` })) ??
        (await this.find({ kind: "file", path: `${input.path}main.mcl` }))
      );
    }
    const text = await this.#read(input.path);
    if (text === undefined) return undefined;
    if (input.kind === "file") return { path: input.path, text };

    const metadata = readMetadata(new Source(input.path, text));
    const path = resolvePath(directoryOf(input.path), metadata.main);
    const main = await this.#read(path);
    if (main === undefined)
      return fail(
        "scope",
        "no-such-file",
        `\`${input.path}\` names a main file \`${path}\` that does not exist`,
      );
    return { path, text: main, metadata: { ...metadata, source: input.path } };
  }

  /**
   * Prepares a file and follows its imports.
   * @throws whatever `prepare` throws
   */
  async load(
    found: FoundFile,
    prepare: (source: Source) => InterpolatedProgram,
    importedAt?: Span,
  ): Promise<LoadedFile> {
    const moduleDirectory = directoryOf(found.metadata?.source ?? found.path);
    const { program, strings } = prepare(new Source(found.path, found.text, moduleDirectory));
    const imports = new Map<ImportStatement, ImportTarget>();
    const file = { path: found.path, program, strings, imports, metadata: found.metadata };
    this.loaded.push(file);
    this.#trail.push({ path: found.path, metadata: found.metadata, importedAt });
    for (const statement of importsOf(program))
      imports.set(statement, await this.#follow(statement, found.path));
    this.#trail.pop();
    return file;
  }

  async #follow(statement: ImportStatement, importer: string): Promise<ImportTarget> {
    const text = statement.path.text;
    const path = readImportPath(text);
    const failed = (code: string, message: string, help?: string): ImportTarget => ({
      kind: "failed",
      alias: path.kind === "invalid" ? undefined : path.alias,
      diagnostics: [diagnostic("scope", code, message, statement.span, { help, focus: statement.path.span })],
    });
    switch (path.kind) {
      case "invalid":
        return failed("invalid-import", `import \`${text}\` is not valid: ${path.reason}`, path.help);
      case "core":
        if (!this.#functions.modules.has(text))
          return failed(
            "unknown-module",
            `there is no core module \`${text}\``,
            await this.#suggest(text, importer),
          );
        if (this.#functions.sources.has(`${text}/main.mcl`) && !importer.startsWith(coreDirectory(text)))
          return this.#enter(statement, path.alias, { kind: "directory", path: coreDirectory(text) });
        return { kind: "core", module: text, alias: path.alias };
      case "remote":
        return this.#followRemote(statement, path);
      case "file":
      case "directory": {
        const target = resolvePath(directoryOf(importer), text);
        return this.#enter(statement, path.alias, { kind: path.kind, path: target });
      }
    }
  }

  async #followRemote(statement: ImportStatement, path: RemotePath): Promise<ImportTarget> {
    const importers = this.#trail.map(({ metadata }) => metadata).reverse();
    try {
      const directory = await this.#remote.find(path, importers, statement.span);
      return await this.#enter(statement, path.alias, { kind: "directory", path: directory });
    } catch (error) {
      if (!(error instanceof DiagnosticError)) throw error;
      const diagnostics = error.diagnostics.map((each) =>
        each.span === undefined ? { ...each, span: statement.span } : each,
      );
      return { kind: "failed", alias: path.alias, diagnostics };
    }
  }

  /** Loads an imported module, unless that has been done. */
  async #enter(
    statement: ImportStatement,
    alias: string,
    place: Extract<Input, { kind: "file" | "directory" }>,
  ): Promise<ImportTarget> {
    const target = place.path;
    const failed = (diagnostics: readonly Diagnostic[]): ImportTarget => ({
      kind: "failed",
      alias,
      diagnostics,
    });
    const known = this.#modules.get(target);
    if (known !== undefined) return "program" in known ? { kind: "file", file: known, alias } : failed(known);

    const noted = [...this.#trail, { path: target, importedAt: statement.span }];
    const notes = noted
      .flatMap(({ importedAt }) => (importedAt === undefined ? [] : [`imported at ${placeOf(importedAt)}`]))
      .reverse();
    try {
      const found = await this.find(place);
      if (found === undefined) {
        const missing = diagnostic(
          "scope",
          "no-such-module",
          `there is no module \`${statement.path.text}\``,
          statement.span,
          {
            focus: statement.path.span,
            notes: [
              place.kind === "file"
                ? `looked for ${target}`
                : `looked for ${target}metadata.yaml and ${target}main.mcl`,
            ],
          },
        );
        this.#modules.set(target, [missing]);
        return failed([missing]);
      }
      if (this.#trail.some((each) => each.path === found.path))
        return failed([this.#recursion(found.path, statement)]);
      const file = await this.load(found, prepareModule, statement.span);
      this.#modules.set(target, file);
      return { kind: "file", file, alias };
    } catch (error) {
      if (!(error instanceof DiagnosticError)) throw error;
      const diagnostics = error.diagnostics.map((each): Diagnostic => {
        const relabeled: Diagnostic = { ...each, phase: "scope", notes: [...each.notes, ...notes] };
        return each.span === undefined ? { ...relabeled, span: statement.span } : relabeled;
      });
      this.#modules.set(target, diagnostics);
      return failed(diagnostics);
    }
  }

  #recursion(path: string, statement: ImportStatement): Diagnostic {
    const start = this.#trail.findIndex((each) => each.path === path);
    const circle = [...this.#trail.slice(start).map((each) => each.path), path];
    return diagnostic(
      "scope",
      "recursive-import",
      `recursive import of: \`${statement.path.text}\``,
      statement.span,
      {
        notes: [circle.join(" imports ")],
        help: "move what both files need into a third one that imports neither",
      },
    );
  }

  /** What may have been meant by the name of a core module that does not exist. */
  async #suggest(name: string, importer: string): Promise<string | undefined> {
    const beside = resolvePath(directoryOf(importer), name);
    for (const [suffix, file] of [
      [".mcl", ".mcl"],
      ["/", "/main.mcl"],
      ["/", "/metadata.yaml"],
    ] as const)
      if ((await this.#files.read(beside + file).catch(() => undefined)) !== undefined)
        return `for the module beside this file, write \`import "${name}${suffix}"\``;
    const near = nearest(name, this.#functions.modules);
    return near === undefined ? undefined : `did you mean \`import "${near}"\`?`;
  }

  async #read(path: string): Promise<string | undefined> {
    const inCore = pathInCore(path);
    if (inCore !== undefined) return this.#functions.sources.get(inCore);
    try {
      return await this.#files.read(path);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return fail("scope", "unreadable-file", `cannot read \`${path}\`: ${reason}`);
    }
  }
}

function interpolateSource(source: Source): InterpolatedProgram {
  const program = parse(source);
  validate(program);
  return interpolate(program);
}

/** As {@link interpolateSource}, for files that may only define things. */
function prepareModule(source: Source): InterpolatedProgram {
  const interpolated = interpolateSource(source);
  const unused = interpolated.program.statements.find(
    ({ kind }) => kind !== "import" && kind !== "bind" && kind !== "func" && kind !== "class",
  );
  if (unused !== undefined)
    fail(
      "scope",
      "unused-statement",
      "module contains unused statements: only definitions can be imported",
      unused.span,
      {
        help: "put the statement into a class, and include that class where it is wanted",
      },
    );
  return interpolated;
}

function importsOf(program: Program): readonly ImportStatement[] {
  const imports: ImportStatement[] = [];
  walk(program, {
    statement(statement) {
      if (statement.kind === "import") imports.push(statement);
    },
  });
  return imports;
}
