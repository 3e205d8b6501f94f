/**
 * Generates the constraints of expressions, in the order and orientation of the language specification, 8.3.
 * "Check(e, T)" there is {@link check} here, the *self* constraint is {@link constrainToAnnotation}.
 */
import { diagnostic, type Span } from "../diagnostic.ts";
import type { ScopedExpression, ScopedVariable } from "../scope/scoped.ts";
import type { Annotation } from "../syntax/ast.ts";
import { inferCall, inferInterpolation } from "./calls.ts";
import { inferChain, inferOperation } from "./chains.ts";
import { conversionHelp } from "./conversion.ts";
import { Copy, type Draft, finishType, Unfinished } from "./draft.ts";
import { constantType } from "./early-type.ts";
import { annotated, type Explanation, likeTheFirst, mustBe } from "./explain.ts";
import { Binding, type Frame } from "./frame.ts";
import { inferLambda } from "./functions.ts";
import { type Open, TypeVariable } from "./open.ts";
import { bool, isHashable, printType, sameType, type Type } from "./type.ts";
import type { Constraint } from "./unit.ts";

type Expression<Kind extends ScopedExpression["kind"]> = Extract<ScopedExpression, { kind: Kind }>;

const condition = mustBe("the condition");
const element = likeTheFirst("this element");
const key = likeTheFirst("this key");
const value = likeTheFirst("this value");
const field = mustBe("this field");
const branch = likeTheFirst("this branch");

/**
 * Adds the constraints of an expression.
 * @param annotation the type that the program says it has
 */
export function inferExpression(
  expression: ScopedExpression,
  frame: Frame,
  constraints: Constraint[],
  annotation?: Annotation,
): Draft {
  switch (expression.kind) {
    case "constant": {
      const { value, span } = expression;
      const type = constantType(value);
      constrainToAnnotation(type, annotation, expression, constraints);
      return { type, finish: () => ({ kind: "constant", type, value, span }) };
    }
    case "interpolation":
      return inferInterpolation(expression, frame, constraints, annotation);
    case "list":
      return inferList(expression, frame, constraints, annotation);
    case "map":
      return inferMap(expression, frame, constraints, annotation);
    case "struct":
      return inferStruct(expression, frame, constraints, annotation);
    case "variable": {
      const draft = inferVariable(expression, frame, constraints);
      return annotation === undefined ? draft : certify(draft, annotation.type, annotated, expression);
    }
    case "lambda":
      return inferLambda(expression, frame, constraints, annotation);
    case "call":
      return inferCall(expression, frame, constraints, annotation);
    case "if":
      return inferIf(expression, frame, constraints, annotation);
    case "not":
      return inferOperation(expression, frame, constraints, annotation);
    case "binary":
    case "index":
    case "field":
    case "except":
      return inferChain(expression, frame, constraints, annotation);
  }
}

/** Adds the constraints of an expression that has to be of a type. */
export function check(
  expression: ScopedExpression,
  expected: Open,
  explanation: Explanation,
  frame: Frame,
  constraints: Constraint[],
): Draft {
  const draft = inferExpression(expression, frame, constraints);
  constraints.push({
    kind: "equal",
    expected,
    actual: draft.type,
    explanation,
    span: expression.span,
    value: expression,
  });
  return draft;
}

/** Says that an expression is of the type that it is annotated with. */
export function constrainToAnnotation(
  type: Open,
  annotation: Annotation | undefined,
  { span }: { readonly span: Span },
  constraints: Constraint[],
): void {
  if (annotation === undefined) return;
  constraints.push({ kind: "equal", expected: type, actual: annotation.type, explanation: annotated, span });
}

/**
 * A variable that is said to be of a type: this decides nothing, it is only compared once types are solved (5.1).
 * @param explanation of its type with the wanted one
 */
export function certify(
  draft: Draft,
  wanted: Type,
  explanation: Explanation,
  value: { readonly span: Span },
): Draft {
  return {
    ...draft,
    finish: (copy) => {
      const typed = draft.finish(copy);
      if (sameType(typed.type, wanted)) return typed;
      const message = explanation.clause(printType(typed.type), printType(wanted));
      const help = explanation.help?.(wanted, typed.type) ?? conversionHelp(wanted, typed.type);
      throw new Unfinished(diagnostic("type", "type-mismatch", message, value.span, { help }), true);
    },
  };
}

/** Adds what has to be solved before a variable is used. */
export function inferVariable(expression: ScopedVariable, frame: Frame, constraints: Constraint[]): Draft {
  const { definition, via, span } = expression;
  if (definition.kind === "builtin") {
    const { type, value } = definition;
    return {
      type,
      finish: () =>
        value === "hostname" ? { kind: "hostname", type, span } : { kind: "constant", type, value, span },
    };
  }
  const home = frame.through(via);
  const meant = definition.kind === "bind" ? home.bind(definition) : home.parameter(definition);
  if (meant instanceof Binding) {
    const { unit } = meant;
    constraints.push({ kind: "unit", unit });
    return {
      type: unit.type,
      finish: () => ({ kind: "variable", type: meant.typed.type, bind: meant.typed, span }),
      lambda: () => unit.lambda(new Copy(meant.frame.region)),
    };
  }
  if (meant.loop !== undefined) constraints.push({ kind: "unit", unit: meant.loop.collection });
  return {
    type: meant.type,
    finish: (copy) => {
      const parameter = copy.parameter(meant);
      return { kind: "parameter", type: parameter.type, parameter, span };
    },
  };
}

function inferList(
  expression: Expression<"list">,
  frame: Frame,
  constraints: Constraint[],
  annotation: Annotation | undefined,
): Draft {
  const { elements, span } = expression;
  const common = new TypeVariable();
  const drafts = elements.map((each) => check(each, common, element, frame, constraints));
  const type: Open = { kind: "list", element: common };
  constrainToAnnotation(type, annotation, expression, constraints);
  return {
    type,
    finish: (copy) => {
      const finished = drafts.map((draft) => draft.finish(copy));
      return { kind: "list", type: finishType(type, span), elements: finished, span };
    },
  };
}

function inferMap(
  expression: Expression<"map">,
  frame: Frame,
  constraints: Constraint[],
  annotation: Annotation | undefined,
): Draft {
  const { entries, span } = expression;
  const keys = new TypeVariable();
  const values = new TypeVariable();
  const drafts = entries.map((entry) => ({
    key: check(entry.key, keys, key, frame, constraints),
    value: check(entry.value, values, value, frame, constraints),
  }));
  const type: Open = { kind: "map", key: keys, value: values };
  constrainToAnnotation(type, annotation, expression, constraints);
  return {
    type,
    finish: (copy) => {
      const finished = drafts.map((entry) => ({
        key: entry.key.finish(copy),
        value: entry.value.finish(copy),
      }));
      const map = finishType(type, span);
      if (map.kind === "map" && !isHashable(map.key)) {
        const message = `map key type ${printType(map.key)} is not hashable`;
        throw new Unfinished(
          diagnostic("type", "map-key", message, span, {
            help: "keys are bool, str, int, float, or a struct of these",
          }),
        );
      }
      return { kind: "map", type: map, entries: finished, span };
    },
  };
}

function inferStruct(
  expression: Expression<"struct">,
  frame: Frame,
  constraints: Constraint[],
  annotation: Annotation | undefined,
): Draft {
  const { fields, span } = expression;
  const drafts = fields.map(({ name, value }) => {
    const type = new TypeVariable();
    return { name, type, value: check(value, type, field, frame, constraints) };
  });
  const type: Open = { kind: "struct", fields: drafts };
  constrainToAnnotation(type, annotation, expression, constraints);
  return {
    type,
    finish: (copy) => {
      const finished = drafts.map(({ name, value }) => ({ name, value: value.finish(copy) }));
      return { kind: "struct", type: finishType(type, span), fields: finished, span };
    },
  };
}

function inferIf(
  expression: Expression<"if">,
  frame: Frame,
  constraints: Constraint[],
  annotation: Annotation | undefined,
): Draft {
  const { condition: test, consequent, alternative, span } = expression;
  const tested = check(test, bool, condition, frame, constraints);
  const type = new TypeVariable();
  const first = check(consequent, type, branch, frame, constraints);
  const second = check(alternative, type, branch, frame, constraints);
  constrainToAnnotation(type, annotation, expression, constraints);
  return {
    type,
    finish: (copy) => ({
      kind: "if",
      condition: tested.finish(copy),
      consequent: first.finish(copy),
      alternative: second.finish(copy),
      type: finishType(type, span),
      span,
    }),
  };
}
