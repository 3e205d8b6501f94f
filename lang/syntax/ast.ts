/**
 * The tree that the parser makes: the grammar of the language specification, section 4, node for node.
 * Nothing is resolved here and string literals are still raw. Every node has the span of its text.
 */
import type { Span } from "../diagnostic.ts";
import type { Type } from "../types/type.ts";

/** A comment, without its `#`; only the formatter reads them. */
export interface Comment {
  readonly text: string;
  readonly span: Span;
}

/** A whole file, or the inside of a `{ … }` block. */
export interface Block {
  readonly statements: readonly Statement[];
  readonly span: Span;
}

/** A parsed file. */
export interface Program extends Block {
  readonly comments: readonly Comment[];
}

/** A name together with where it stands. */
export interface Name {
  readonly text: string;
  readonly span: Span;
}

/** A type annotation: the type and where it was written. */
export interface Annotation {
  readonly type: Type;
  readonly span: Span;
}

export type Statement =
  | BindStatement
  | PanicStatement
  | ResourceStatement
  | CollectStatement
  | EdgeStatement
  | SendStatement
  | IfStatement
  | ForStatement
  | ForKeyValueStatement
  | FunctionStatement
  | ClassStatement
  | IncludeStatement
  | ImportStatement;

/** `$name [type] = value` */
export interface BindStatement {
  readonly kind: "bind";
  readonly name: Name;
  readonly annotation?: Annotation;
  readonly value: Expression;
  readonly span: Span;
}

/** `panic(…)` */
export interface PanicStatement {
  readonly kind: "panic";
  readonly args: readonly Expression[];
  readonly span: Span;
}

/** `kind name { lines }` */
export interface ResourceStatement {
  readonly kind: "resource";
  /** With its colons: `http:server`. */
  readonly resource: Name;
  readonly name: Expression;
  readonly lines: readonly ResourceLine[];
  readonly span: Span;
}

/** `collect kind name { lines }` */
export interface CollectStatement {
  readonly kind: "collect";
  readonly resource: ResourceStatement;
  readonly span: Span;
}

export type ResourceLine = FieldLine | EdgeLine | MetaLine;

/** `field => [condition ?:] value,` */
export interface FieldLine {
  readonly kind: "field";
  readonly field: Name;
  readonly condition?: Expression;
  readonly value: Expression;
  readonly span: Span;
}

/** `Before => [condition ?:] Kind["name"],`; the property is lower case here and may be any word. */
export interface EdgeLine {
  readonly kind: "edge";
  readonly property: Name;
  readonly condition?: Expression;
  readonly half: EdgeHalf;
  readonly span: Span;
}

/** `Meta:param => [condition ?:] value,`, or, without `param`, the struct form `Meta => struct{…},`. */
export interface MetaLine {
  readonly kind: "meta";
  readonly param?: Name;
  readonly condition?: Expression;
  readonly value: Expression;
  readonly span: Span;
}

/** `Kind["name"]`; the kind is lower case here. */
export interface EdgeHalf {
  readonly resource: Name;
  readonly name: Expression;
  readonly span: Span;
}

/** `A["x"] -> B["y"] -> …`; one half alone parses and fails in the type phase. */
export interface EdgeStatement {
  readonly kind: "edges";
  readonly halves: readonly EdgeHalf[];
  readonly span: Span;
}

/** `A["x"].output -> B["y"].input` */
export interface SendStatement {
  readonly kind: "send";
  readonly from: EdgeHalf;
  readonly output: Name;
  readonly to: EdgeHalf;
  readonly input: Name;
  readonly span: Span;
}

export interface IfStatement {
  readonly kind: "if";
  readonly condition: Expression;
  readonly consequent: Block;
  readonly alternative?: Block;
  readonly span: Span;
}

/** `for $index, $value in list { … }` */
export interface ForStatement {
  readonly kind: "for";
  readonly index: Name;
  readonly value: Name;
  readonly list: Expression;
  readonly body: Block;
  readonly span: Span;
}

/** `forkv $key, $value in map { … }` */
export interface ForKeyValueStatement {
  readonly kind: "forkv";
  readonly key: Name;
  readonly value: Name;
  readonly map: Expression;
  readonly body: Block;
  readonly span: Span;
}

/** `func name(params) [type] { body }` */
export interface FunctionStatement {
  readonly kind: "func";
  readonly name: Name;
  readonly parameters: readonly Parameter[];
  readonly result?: Annotation;
  readonly body: Expression;
  readonly span: Span;
}

/** `class name[(params)] { body }`; the name keeps its colons until they are nested (section 5.7). */
export interface ClassStatement {
  readonly kind: "class";
  readonly name: Name;
  /** Absent when written without parentheses, which means the same as an empty list. */
  readonly parameters?: readonly Parameter[];
  readonly body: Block;
  readonly span: Span;
}

/** `include dotted.name[(args)] [as alias]` */
export interface IncludeStatement {
  readonly kind: "include";
  readonly class: Name;
  /** Absent when written without parentheses, which means the same as an empty list. */
  readonly args?: readonly Expression[];
  readonly alias?: Name;
  readonly span: Span;
}

/** `import "path" [as alias | as *]` */
export interface ImportStatement {
  readonly kind: "import";
  /** The text between the quotes, used raw. */
  readonly path: Name;
  /** `*` squashes the module into this scope. */
  readonly alias?: Name;
  readonly span: Span;
}

/** `$name [type]` in a parameter list. */
export interface Parameter {
  readonly name: Name;
  readonly annotation?: Annotation;
  readonly span: Span;
}

export type Expression =
  | BooleanExpression
  | IntegerExpression
  | FloatExpression
  | StringExpression
  | ListExpression
  | MapExpression
  | StructExpression
  | VariableExpression
  | CallExpression
  | LambdaExpression
  | IfExpression
  | GroupExpression
  | NotExpression
  | BinaryExpression
  | IndexExpression
  | FieldExpression
  | ExceptExpression;

export interface BooleanExpression {
  readonly kind: "boolean";
  readonly value: boolean;
  readonly span: Span;
}

export interface IntegerExpression {
  readonly kind: "integer";
  readonly value: bigint;
  readonly span: Span;
}

export interface FloatExpression {
  readonly kind: "float";
  readonly value: number;
  readonly span: Span;
}

/** A string literal as written between its quotes: escapes and `${…}` are read in the interpolate phase. */
export interface StringExpression {
  readonly kind: "string";
  readonly raw: string;
  readonly span: Span;
}

export interface ListExpression {
  readonly kind: "list";
  readonly elements: readonly Expression[];
  readonly span: Span;
}

export interface MapExpression {
  readonly kind: "map";
  readonly entries: readonly { readonly key: Expression; readonly value: Expression }[];
  readonly span: Span;
}

export interface StructExpression {
  readonly kind: "struct";
  readonly fields: readonly { readonly name: Name; readonly value: Expression }[];
  readonly span: Span;
}

/** `$dotted.name`; `name.text` has no dollar. */
export interface VariableExpression {
  readonly kind: "variable";
  readonly name: Name;
  readonly span: Span;
}

/** `dotted.name(…)`, `$dotted.name(…)` or `func(…) {…}(…)` */
export interface CallExpression {
  readonly kind: "call";
  readonly callee: { readonly kind: "function"; readonly name: Name } | VariableExpression | LambdaExpression;
  readonly args: readonly Expression[];
  readonly span: Span;
}

export interface LambdaExpression {
  readonly kind: "lambda";
  readonly parameters: readonly Parameter[];
  readonly result?: Annotation;
  readonly body: Expression;
  readonly span: Span;
}

export interface IfExpression {
  readonly kind: "if";
  readonly condition: Expression;
  readonly consequent: Expression;
  readonly alternative: Expression;
  readonly span: Span;
}

/** `( inner )`: means its inside; kept because the formatter keeps parentheses. */
export interface GroupExpression {
  readonly kind: "group";
  readonly inner: Expression;
  readonly span: Span;
}

export interface NotExpression {
  readonly kind: "not";
  readonly operand: Expression;
  readonly span: Span;
}

export type BinaryOperator =
  | "+"
  | "-"
  | "*"
  | "/"
  | "=="
  | "!="
  | "<"
  | ">"
  | "<="
  | ">="
  | "and"
  | "or"
  | "in";

export interface BinaryExpression {
  readonly kind: "binary";
  readonly operator: BinaryOperator;
  readonly left: Expression;
  readonly right: Expression;
  readonly span: Span;
}

/** `collection[index]` */
export interface IndexExpression {
  readonly kind: "index";
  readonly collection: Expression;
  readonly index: Expression;
  readonly span: Span;
}

/** `struct->field`, or with `fallback` the single construct `struct->field <|> fallback` (section 4.1). */
export interface FieldExpression {
  readonly kind: "field";
  readonly struct: Expression;
  readonly field: Name;
  readonly fallback?: Expression;
  readonly span: Span;
}

/** `primary <|> fallback` */
export interface ExceptExpression {
  readonly kind: "except";
  readonly primary: Expression;
  readonly fallback: Expression;
  readonly span: Span;
}
