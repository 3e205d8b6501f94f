import { exported, exportedType } from "../core/exported.ts";
import { type Diagnostic, diagnostic, type Span } from "../diagnostic.ts";
import { kindHelp } from "../foreign-kinds.ts";
import type { KindSchema } from "../kinds.ts";
import { metaParameters, repeatedMeta, structMetaNames } from "../meta.ts";
import type {
  ScopedCollect,
  ScopedEdges,
  ScopedExpression,
  ScopedHalf,
  ScopedLine,
  ScopedResource,
} from "../scope/scoped.ts";
import { suggestion } from "../suggest.ts";
import { conversionHelp } from "./conversion.ts";
import { earlyType } from "./early-type.ts";
import { type Explanation, mustBe } from "./explain.ts";
import type { Frame } from "./frame.ts";
import { instantiate, type Open } from "./open.ts";
import type { StatementContext, StatementDraft } from "./statement-context.ts";
import { bool, sameType, str, type Type } from "./type.ts";
import type { TypedExpression, TypedHalf, TypedLine, TypedResource } from "./typed.ts";
import type { Constraint, Unit } from "./unit.ts";

type Line<Kind extends ScopedLine["kind"]> = Extract<ScopedLine, { kind: Kind }>;

const texts: Type = { kind: "list", element: str };
const pairs: Type = {
  kind: "list",
  element: {
    kind: "struct",
    fields: [
      { name: "name", type: str },
      { name: "host", type: str },
    ],
  },
};
const metaStruct: Type = {
  kind: "struct",
  fields: structMetaNames.map((name) => ({ name, type: metaParameters[name].type })),
};

const condition = mustBe("the condition");
const wholeMeta: Explanation = {
  clause: (_, actual) =>
    `the struct after \`Meta =>\` must have every metaparameter, in order; it is ${actual}`,
  wanted: "expected",
  help: () => "set single metaparameters in lines such as `Meta:noop => true,`",
};
const uncertainName: Explanation = mustBe("the name", (_, got) =>
  got.kind === "str"
    ? 'a name that is not plainly a str has to be a []str: write "${…}" around a variable, or [ … ] around a value'
    : undefined,
);

/** What a statement may call the resources it is about, and what it may not leave open. */
interface NameRule {
  /** By early type (8.4); the type of a name that has none of these is the last one. */
  readonly types: readonly [Type, ...Type[]];
  readonly uncertain: Explanation;
  /** Of a name that is plainly of another type. */
  readonly certain: (name: ScopedExpression) => Explanation;
}

const resourceNames: NameRule = {
  types: [str, texts],
  uncertain: uncertainName,
  certain: nameMustBe("str or []str"),
};

const collectedNames: NameRule = {
  types: [str, texts, pairs],
  uncertain: mustBe(
    "the name",
    () =>
      'names that are not plainly a str or a []str have to be a []struct{name str; host str}: write "${…}" around a variable, [ … ] around texts, or give the variable a type',
  ),
  certain: nameMustBe("str, []str or []struct{name str; host str}"),
};

function nameMustBe(types: string): NameRule["certain"] {
  return (value) => ({
    clause: (_, actual) => `the name must be ${types}, got ${actual}`,
    wanted: "expected",
    help: (_, got) => conversionHelp(got.kind === "list" ? texts : str, got, value),
  });
}

/** Resources, their lines and edges. */
export class ResourceInference {
  readonly #context: StatementContext;
  readonly #onGraphError: (found: Diagnostic) => void;

  constructor(context: StatementContext, onGraphError: (found: Diagnostic) => void) {
    this.#context = context;
    this.#onGraphError = onGraphError;
  }

  resource(statement: ScopedResource, frame: Frame): () => TypedResource {
    return this.#resource(statement, frame, resourceNames, () => {
      if (!statement.lines.some((line) => line.kind === "field")) return undefined;
      return this.unknownKind(statement.resource, statement.resourceSpan);
    });
  }

  /** As a resource whose parameters are what a call gives, where its lines do not override them (5.10). */
  collect({ resource: statement, span }: ScopedCollect, frame: Frame): StatementDraft {
    const { resource: kind, resourceSpan } = statement;
    const resource = this.#resource(statement, frame, collectedNames, () => ({
      ...this.unknownKind(kind, resourceSpan),
      message: `there is no resource kind \`${kind}\``,
    }));
    const call: TypedExpression = {
      kind: "core",
      type: exportedType.result,
      function: exported,
      signature: exportedType,
      args: [{ kind: "constant", type: str, value: kind, span: resourceSpan }],
      span,
    };
    return () => ({ kind: "collect", resource: resource(), exported: call, span });
  }

  /** @param unknown what is wrong with a kind that there is not */
  #resource(
    statement: ScopedResource,
    frame: Frame,
    names: NameRule,
    unknown: () => Diagnostic | undefined,
  ): () => TypedResource {
    const { resource, span } = statement;
    const schema = this.#context.kinds.get(resource);
    const nameUnit = this.#context.value(statement.name, frame);
    this.#context.solve(frame, [{ kind: "unit", unit: nameUnit }]);
    const problem = schema === undefined ? unknown() : undefined;
    if (problem !== undefined) this.#context.report(frame, problem);
    const lines = statement.lines.map((line) => this.#line(line, resource, schema, frame));
    this.#nameOf(statement.name, nameUnit, frame, span, names);
    this.#checkRepeatedMeta(statement, frame);
    return () => ({
      kind: "resource",
      resource,
      schema,
      name: nameUnit.typed,
      lines: lines.map((line) => line()),
      span,
    });
  }

  edges({ halves, span }: ScopedEdges, frame: Frame): StatementDraft {
    if (halves.length < 2) {
      const message = "can't create an edge with only one half";
      this.#context.report(
        frame,
        diagnostic("type", "edge-half", message, span, {
          help: 'an edge leads from one resource to another: `Kind["a"] -> Kind["b"]`',
        }),
      );
    }
    const drafts = halves.map((half) => this.half(half, frame));
    return () => ({ kind: "edges", halves: drafts.map((half) => half()), span });
  }

  half(half: ScopedHalf, frame: Frame): () => TypedHalf {
    const { resource, span } = half;
    const nameUnit = this.#context.value(half.name, frame);
    this.#nameOf(half.name, nameUnit, frame, span, resourceNames);
    return () => ({ resource, name: nameUnit.typed, span });
  }

  unknownKind(kind: string, span: Span): Diagnostic {
    const help = kindHelp(kind, this.#context.kinds.names);
    return diagnostic("type", "unknown-kind", `there is no resource kind \`${kind}\``, span, { help });
  }

  /** Which of several types a name has is decided before types are solved (5.5, 5.10). */
  #nameOf(
    expression: ScopedExpression,
    unit: Unit,
    frame: Frame,
    span: Span,
    { types, uncertain, certain }: NameRule,
  ): void {
    const early = earlyType(expression, frame);
    const expected =
      types.find((type) => early !== undefined && sameType(type, early)) ?? types.at(-1) ?? str;
    const explanation = early === undefined ? uncertain : certain(expression);
    const checked = this.#context.solve(frame, [
      { kind: "unit", unit },
      { kind: "equal", expected, actual: unit.type, explanation, span, value: expression },
    ]);
    if (checked.state === "failed") unit.state = "failed";
  }

  #line(line: ScopedLine, resource: string, schema: KindSchema | undefined, frame: Frame): () => TypedLine {
    const { span } = line;
    const tested = line.condition && this.#context.value(line.condition, frame);
    switch (line.kind) {
      case "field": {
        const { field } = line;
        const value = this.#context.value(line.value, frame);
        this.#context.solve(frame, [
          { kind: "unit", unit: value },
          ...conditionConstraints(tested, line),
          ...(schema === undefined ? [] : [fieldConstraint(line, value, resource, schema)]),
        ]);
        return () => ({ kind: "field", field, condition: tested?.typed, value: value.typed, span });
      }
      case "edge": {
        const { property } = line;
        const half = this.half(line.half, frame);
        this.#context.solve(frame, conditionConstraints(tested, line));
        return () => ({ kind: "edge", property, condition: tested?.typed, half: half(), span });
      }
      case "meta": {
        const { param } = line;
        const value = this.#context.value(line.value, frame);
        this.#context.solve(frame, [
          { kind: "unit", unit: value },
          ...conditionConstraints(tested, line),
          metaConstraint(line, value),
        ]);
        return () => ({ kind: "meta", param, condition: tested?.typed, value: value.typed, span });
      }
    }
  }

  /** In a branch or a loop body that counts when, and if, it is built. */
  #checkRepeatedMeta({ lines, span }: ScopedResource, { region }: Frame): void {
    const repeated = repeatedMeta(lines);
    if (repeated === undefined || region.parent !== undefined) return;
    this.#onGraphError(
      diagnostic("graph", "duplicate-meta", `resource has duplicate meta entry of: ${repeated}`, span, {
        help: "the struct after `Meta =>` has every metaparameter: write no other meta line beside it",
      }),
    );
  }
}

function conditionConstraints(
  tested: Unit | undefined,
  { condition: value, span }: ScopedLine,
): readonly Constraint[] {
  if (tested === undefined) return [];
  return [
    { kind: "unit", unit: tested },
    {
      kind: "equal",
      expected: bool,
      actual: tested.type,
      explanation: condition,
      span,
      ...(value === undefined ? {} : { value }),
    },
  ];
}

function fieldConstraint(
  { field, fieldSpan, value: written, span }: Line<"field">,
  value: Unit,
  resource: string,
  schema: KindSchema,
): Constraint {
  const known = schema.fields.get(field);
  if (known !== undefined) {
    const expected = instantiate(known.type);
    const explanation = mustBe(`\`${field}\``);
    return { kind: "equal", expected, actual: value.type, explanation, span, value: written };
  }
  const message = `field \`${field}\` does not exist in \`${resource}\` resource`;
  const help = suggestion(field, schema.fields.keys(), "its fields are");
  return { kind: "fail", diagnostic: diagnostic("type", "unknown-field", message, fieldSpan, { help }) };
}

function metaConstraint({ param, value: written, span }: Line<"meta">, value: Unit): Constraint {
  const expected: Open = param === undefined ? metaStruct : metaParameters[param].type;
  const explanation = param === undefined ? wholeMeta : mustBe(`\`Meta:${param}\``);
  return { kind: "equal", expected, actual: value.type, explanation, span, value: written };
}
