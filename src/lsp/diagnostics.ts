/** Tells the editor what is wrong, soon after each change. */
import {
  type Connection,
  DiagnosticSeverity,
  type Diagnostic as EditorDiagnostic,
} from "vscode-languageserver";
import type { Diagnostic } from "../../lang/diagnostic.ts";
import { uriOf } from "./document.ts";
import type { Program } from "./program/program.ts";
import { absolutePath } from "./program/program-index.ts";
import type { Workspace } from "./workspace.ts";

/** How long to wait for what an editor sends together, in milliseconds. */
const delayMs = 2;

export class DiagnosticsPublisher {
  readonly #connection: Connection;
  readonly #workspace: Workspace;
  /** What the editor was told last, by URI, as JSON. */
  readonly #published = new Map<string, string>();
  #timer: NodeJS.Timeout | undefined;
  #work: Promise<void> = Promise.resolve();

  constructor(connection: Connection, workspace: Workspace) {
    this.#connection = connection;
    this.#workspace = workspace;
  }

  /** Something has changed. */
  schedule(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#work = this.#work.then(() => this.#publish()).catch((error: unknown) => this.#fail(error));
    }, delayMs);
  }

  async #publish(): Promise<void> {
    const found = new Map<string, Map<string, EditorDiagnostic>>();
    for (const program of await this.#workspace.programs())
      for (const { uri, diagnostic } of await mistakesOf(program, this.#workspace)) {
        const known = found.get(uri);
        const key = JSON.stringify(diagnostic);
        if (known === undefined) found.set(uri, new Map([[key, diagnostic]]));
        else known.set(key, diagnostic);
      }
    for (const uri of this.#published.keys()) if (!found.has(uri)) await this.#send(uri, []);
    for (const [uri, diagnostics] of found) await this.#send(uri, [...diagnostics.values()]);
  }

  #fail(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    this.#connection.console.error(`cannot check the open documents: ${reason}`);
  }

  async #send(uri: string, diagnostics: EditorDiagnostic[]): Promise<void> {
    const json = JSON.stringify(diagnostics);
    if (this.#published.get(uri) === json) return;
    if (diagnostics.length === 0) this.#published.delete(uri);
    else this.#published.set(uri, json);
    await this.#connection.sendDiagnostics({ uri, diagnostics });
  }
}

/** What is wrong with a program, each with the file to blame; without a place, the file that the program begins with. */
async function mistakesOf(
  program: Program,
  workspace: Workspace,
): Promise<readonly { readonly uri: string; readonly diagnostic: EditorDiagnostic }[]> {
  const { diagnostics, index } = await program.analysis();
  const { directory, input } = program.root;
  return diagnostics.map((each) => {
    const culprit = each.focus ?? each.span;
    if (culprit === undefined) {
      const uri = uriOf(absolutePath(directory, input.path));
      return { uri, diagnostic: forEditor(each, { start: origin, end: origin }) };
    }
    const { uri, range } = workspace.location(index, culprit);
    return { uri, diagnostic: forEditor(each, range) };
  });
}

const origin = { line: 0, character: 0 };

function forEditor(
  { code, message, notes, help }: Diagnostic,
  range: EditorDiagnostic["range"],
): EditorDiagnostic {
  const lines = [
    message,
    ...notes.map((note) => `note: ${note}`),
    ...(help === undefined ? [] : [`help: ${help}`]),
  ];
  return { range, severity: DiagnosticSeverity.Error, source: "mgmt", code, message: lines.join("\n") };
}
