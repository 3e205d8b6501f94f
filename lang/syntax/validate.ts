/** The init phase: what a tree can be blamed for before any name is resolved (language specification, 12.2). */
import { type Diagnostic, DiagnosticError, diagnostic, inSourceOrder, join, place } from "../diagnostic.ts";
import type {
  Expression,
  ForKeyValueStatement,
  ForStatement,
  ImportStatement,
  Name,
  Parameter,
  Program,
  Statement,
  StructExpression,
  VariableExpression,
} from "./ast.ts";
import { checkResource } from "./check-resource.ts";
import { checkMapKeys } from "./map-keys.ts";
import { walk } from "./walk.ts";

/**
 * Checks a parsed file, code that is never used included.
 * @throws DiagnosticError of phase `init` with everything that is wrong
 */
export function validate(program: Program): void {
  const found: Diagnostic[] = [];
  walk(program, {
    statement: (statement) => found.push(...checkStatement(statement)),
    expression: (expression) => found.push(...checkExpression(expression)),
  });
  if (found.length > 0) throw new DiagnosticError(inSourceOrder(found));
}

const nothing: readonly Diagnostic[] = [];

function checkStatement(statement: Statement): readonly Diagnostic[] {
  switch (statement.kind) {
    case "resource":
      return checkResource(statement);
    case "func":
    case "class":
      return checkParameters(statement.parameters ?? []);
    case "for":
    case "forkv":
      return checkLoop(statement);
    case "import":
      return checkImport(statement);
    default:
      return nothing;
  }
}

function checkExpression(expression: Expression): readonly Diagnostic[] {
  switch (expression.kind) {
    case "map":
      return checkMapKeys(expression);
    case "struct":
      return checkFields(expression);
    case "lambda":
      return checkParameters(expression.parameters);
    case "variable":
      return checkVariable(expression);
    default:
      return nothing;
  }
}

function checkParameters(parameters: readonly Parameter[]): readonly Diagnostic[] {
  return repetitions(parameters.map(({ name }) => name)).map(([first, again]) =>
    diagnostic("init", "duplicate-parameter", `duplicate parameter \`$${again.text}\``, again.span, {
      notes: [`first at ${place(first.span)}`],
    }),
  );
}

function checkFields({ fields, span }: StructExpression): readonly Diagnostic[] {
  return repetitions(fields.map(({ name }) => name)).map(([first, again]) =>
    diagnostic("init", "duplicate-struct-field", `duplicate struct field: \`${again.text}\``, span, {
      focus: again.span,
      notes: [`first at ${place(first.span)}`],
    }),
  );
}

function checkLoop(loop: ForStatement | ForKeyValueStatement): readonly Diagnostic[] {
  const over = loop.kind === "for" ? loop.list : loop.map;
  return loop.body.statements
    .filter((statement) => statement.kind === "import")
    .map((statement) =>
      diagnostic(
        "init",
        "import-in-loop",
        `an import cannot be directly in the body of a \`${loop.kind}\``,
        join(loop.span, over.span),
        { notes: [`the import is at ${place(statement.span)}`], help: "move the import out of the loop" },
      ),
    );
}

function checkImport({ path }: ImportStatement): readonly Diagnostic[] {
  if (path.text !== "") return nothing;
  return [diagnostic("init", "empty-import", "import name is empty", path.span)];
}

function checkVariable({ name, span }: VariableExpression): readonly Diagnostic[] {
  if (!name.text.includes("__")) return nothing;
  return [
    diagnostic(
      "init",
      "double-underscore",
      `variable name contains multiple underscores: \`$${name.text}\``,
      span,
      { help: "rename the variable: names with `__` cannot be read" },
    ),
  ];
}

/** Each name that was there before, with the first of that text. */
function repetitions(names: readonly Name[]): readonly (readonly [Name, Name])[] {
  const first = new Map<string, Name>();
  const repeated: (readonly [Name, Name])[] = [];
  for (const name of names) {
    const earlier = first.get(name.text);
    if (earlier === undefined) first.set(name.text, name);
    else repeated.push([earlier, name]);
  }
  return repeated;
}
