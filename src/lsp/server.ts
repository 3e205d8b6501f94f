/** The language server: what it can do, and who does it. */
import {
  type Connection,
  createConnection,
  DidChangeWatchedFilesNotification,
  type InitializeParams,
  type InitializeResult,
  type ReferenceParams,
  type RenameParams,
  type TextDocumentPositionParams,
  TextDocumentSyncKind,
} from "vscode-languageserver/node";
import { version } from "../cli/version.ts";
import { completion, completionTriggers } from "./completion.ts";
import { definition } from "./definition.ts";
import { DiagnosticsPublisher } from "./diagnostics.ts";
import { documentSymbols } from "./document-symbols.ts";
import { formatting } from "./formatting.ts";
import { hover } from "./hover.ts";
import { references } from "./references.ts";
import { prepareRename, rename } from "./rename.ts";
import { signatureHelp } from "./signature-help.ts";
import type { View } from "./view.ts";
import { Workspace } from "./workspace.ts";

/**
 * Serves the client at the other end of two streams, until it says that it is done or the input ends; then the process
 * ends: with status 0 after a proper shutdown, else with 1.
 */
export function serve(input: NodeJS.ReadableStream, output: NodeJS.WritableStream): void {
  const connection = createConnection(input, output);
  const workspace = new Workspace();
  followDocuments(connection, workspace);
  answerRequests(connection, workspace);
  connection.listen();
}

const result: InitializeResult = {
  serverInfo: { name: "mgmt", version },
  capabilities: {
    textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: true },
    completionProvider: { triggerCharacters: completionTriggers },
    hoverProvider: true,
    definitionProvider: true,
    referencesProvider: true,
    renameProvider: { prepareProvider: true },
    documentSymbolProvider: true,
    documentFormattingProvider: true,
    signatureHelpProvider: { triggerCharacters: ["(", ","] },
  },
};

function followDocuments(connection: Connection, workspace: Workspace): void {
  const publisher = new DiagnosticsPublisher(connection, workspace);
  connection.onDidOpenTextDocument(({ textDocument: { uri, text } }) => {
    workspace.open(uri, text);
    publisher.schedule();
  });
  connection.onDidChangeTextDocument(({ textDocument: { uri }, contentChanges }) => {
    workspace.change(uri, contentChanges);
    publisher.schedule();
  });
  connection.onDidCloseTextDocument(({ textDocument: { uri } }) => {
    workspace.close(uri);
    publisher.schedule();
  });
  connection.onDidSaveTextDocument(({ textDocument: { uri } }) => {
    workspace.filesChanged([uri]);
    publisher.schedule();
  });
  connection.onDidChangeWatchedFiles(({ changes }) => {
    workspace.filesChanged(changes.map(({ uri }) => uri));
    publisher.schedule();
  });
}

function answerRequests(connection: Connection, workspace: Workspace): void {
  const { kinds } = workspace;
  let client: InitializeParams["capabilities"] = {};
  /** Answers with null for a document of which nothing is known. */
  const at =
    <P extends TextDocumentPositionParams, R>(
      answer: (view: View, position: P["position"], params: P) => R | Promise<R>,
    ) =>
    async (params: P): Promise<R | null> => {
      const view = await workspace.view(params.textDocument.uri);
      return view === undefined ? null : answer(view, params.position, params);
    };

  connection.onInitialize(({ capabilities }) => {
    client = capabilities;
    return result;
  });
  connection.onInitialized(async () => {
    if (client.workspace?.didChangeWatchedFiles?.dynamicRegistration === true)
      await connection.client.register(DidChangeWatchedFilesNotification.type, {
        watchers: [{ globPattern: "**/*.mcl" }, { globPattern: "**/metadata.yaml" }],
      });
    await kinds.load(kinds.names);
  });
  connection.onHover(
    at(async (view, position) => {
      await kinds.load(kinds.names);
      return hover(view, position, kinds);
    }),
  );
  connection.onDefinition(at((view, position) => definition(view, position, workspace)));
  connection.onReferences(
    at((view, position, { context }: ReferenceParams) =>
      references(view, position, context.includeDeclaration, workspace),
    ),
  );
  connection.onPrepareRename(at((view, position) => prepareRename(view, position)));
  connection.onRenameRequest(
    at((view, position, { newName }: RenameParams) => rename(view, position, newName, workspace)),
  );
  connection.onCompletion(async ({ textDocument: { uri }, position }) => {
    const document = workspace.document(uri);
    if (document === undefined) return null;
    const view = await workspace.view(uri);
    const templates = client.textDocument?.completion?.completionItem?.snippetSupport === true;
    return completion({ document, view, kinds, templates }, position);
  });
  connection.onSignatureHelp(async ({ textDocument: { uri }, position }) => {
    const document = workspace.document(uri);
    return document === undefined ? null : signatureHelp(document, await workspace.view(uri), position);
  });
  connection.onDocumentSymbol(async ({ textDocument: { uri } }) => {
    const view = await workspace.view(uri);
    return view === undefined ? null : documentSymbols(view);
  });
  connection.onDocumentFormatting(({ textDocument: { uri } }) => {
    const document = workspace.document(uri);
    return document === undefined ? null : formatting(document);
  });
}
