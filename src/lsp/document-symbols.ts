import { type DocumentSymbol, SymbolKind } from "vscode-languageserver";
import type { Span } from "../../lang/diagnostic.ts";
import type { Expression, Statement } from "../../lang/syntax/ast.ts";
import { literal } from "./program/occurrences.ts";
import type { View } from "./view.ts";

/** The outline of a document: what it defines and which resources it has. */
export function documentSymbols(view: View): DocumentSymbol[] {
  return symbolsOf(view.file.loaded.program.statements, view);
}

function symbolsOf(statements: readonly Statement[], view: View): DocumentSymbol[] {
  return statements
    .flatMap((statement) => symbol(statement, view))
    .toSorted((a, b) => a.range.start.line - b.range.start.line);
}

function symbol(statement: Statement, view: View): readonly DocumentSymbol[] {
  const make = (name: string, kind: SymbolKind, selection: Span, children: DocumentSymbol[] = []) => [
    { name, kind, range: view.range(statement.span), selectionRange: view.range(selection), children },
  ];
  switch (statement.kind) {
    case "bind":
      return make(`$${statement.name.text}`, SymbolKind.Variable, statement.name.span);
    case "func":
      return make(statement.name.text, SymbolKind.Function, statement.name.span);
    case "class": {
      const { name, body } = statement;
      return make(name.text, SymbolKind.Class, name.span, symbolsOf(body.statements, view));
    }
    case "resource": {
      const { resource, name } = statement;
      return make(`${resource.text}[${written(name, view)}]`, SymbolKind.Object, resource.span);
    }
    case "collect":
      return symbol(statement.resource, view);
    case "import":
      return make(statement.path.text, SymbolKind.Module, statement.path.span);
    case "if":
      return [
        ...symbolsOf(statement.consequent.statements, view),
        ...symbolsOf(statement.alternative?.statements ?? [], view),
      ];
    case "for":
    case "forkv":
      return symbolsOf(statement.body.statements, view);
    default:
      return [];
  }
}

/** A name without its quotes, or the expression that makes it. */
function written(name: Expression, view: View): string {
  const { source, start, end } = name.span;
  return literal(name, view.file.loaded) ?? source.text.slice(start, end);
}
