/** Lambdas and the bodies of `func` statements. */
import type { Span } from "../diagnostic.ts";
import type { ParameterDefinition, ScopedExpression, ScopedLambda } from "../scope/scoped.ts";
import type { Annotation } from "../syntax/ast.ts";
import { ambiguous, Copy, type Draft, finishType, type Parameter } from "./draft.ts";
import { mustBe } from "./explain.ts";
import { check, constrainToAnnotation } from "./expressions.ts";
import type { Frame } from "./frame.ts";
import { finishFunc, TypeVariable } from "./open.ts";
import type { Func } from "./type.ts";
import type { Region, TypedLambda, TypedParameter } from "./typed.ts";
import type { Constraint } from "./unit.ts";

const result = mustBe("the result of the function");

export function inferLambda(
  lambda: ScopedLambda,
  frame: Frame,
  constraints: Constraint[],
  annotation: Annotation | undefined,
): Draft {
  const draft = inferFunction(lambda, frame, constraints);
  constrainToAnnotation(draft.type, annotation, lambda, constraints);
  return draft;
}

/** @param frame the scope in which the function is written */
export function inferFunction(
  written: {
    readonly parameters: readonly ParameterDefinition[];
    readonly result: Annotation | undefined;
    readonly body: ScopedExpression;
    readonly span: Span;
  },
  frame: Frame,
  constraints: Constraint[],
): Draft {
  const inside = frame.inner();
  const parameters = written.parameters.map((definition): Parameter => {
    const { name, annotation, span } = definition;
    const type = annotation?.type ?? new TypeVariable();
    const parameter = { name, annotation, type, span, loop: undefined };
    inside.declare(definition, parameter);
    return parameter;
  });
  const resultType = written.result?.type ?? new TypeVariable();
  const body = check(written.body, resultType, result, inside, constraints);
  const type: Func<TypeVariable> = { kind: "func", args: parameters, result: resultType };
  const copyBody = (outer: Copy): TypedLambda => {
    const { span } = written;
    const region: Region = { parent: outer.region };
    const bound = new Map<Parameter, TypedParameter>();
    for (const parameter of parameters) {
      const { name } = parameter;
      bound.set(parameter, { name, type: finishType(parameter.type, parameter.span), region });
    }
    return {
      kind: "lambda",
      parameters: [...bound.values()],
      body: body.finish(new Copy(region, bound, outer)),
      type: finishFunc(type) ?? ambiguous(type, span),
      region,
      span,
    };
  };
  return { type, finish: copyBody, lambda: copyBody };
}
