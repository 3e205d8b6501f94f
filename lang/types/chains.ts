/** Operators and chains of them. */
import { isLink, type LinkOf, leftOf, unchain } from "../chain.ts";
import type { ScopedExpression } from "../scope/scoped.ts";
import type { Annotation } from "../syntax/ast.ts";
import { type CoreCall, constrainCore, inferCore } from "./calls.ts";
import { type Copy, type Draft, finishType } from "./draft.ts";
import { mustBe } from "./explain.ts";
import { check, constrainToAnnotation, inferExpression } from "./expressions.ts";
import type { Frame } from "./frame.ts";
import { type Open, TypeVariable } from "./open.ts";
import { type Operation, operationCall } from "./operation.ts";
import { operationName } from "./operation-name.ts";
import type { TypedExpression } from "./typed.ts";
import type { Constraint } from "./unit.ts";

type Link = LinkOf<ScopedExpression>;

/** A link between the two steps of the type phase: a draft that lacks what the link continues. */
interface LinkDraft {
  readonly type: Open;
  /** @throws Unfinished */
  finish(left: TypedExpression, copy: Copy): TypedExpression;
}

const fallback = mustBe("the fallback");

export function inferOperation(
  expression: Operation,
  frame: Frame,
  constraints: Constraint[],
  annotation: Annotation | undefined,
): Draft {
  return inferCore(coreCall(expression), frame, constraints, annotation);
}

/** @param annotation the type that the program says the whole chain has */
export function inferChain(
  chain: Link,
  frame: Frame,
  constraints: Constraint[],
  annotation: Annotation | undefined,
): Draft {
  const { operand, links } = unchain<Exclude<ScopedExpression, Link>, Link>(chain, isLink, leftOf);
  const first = inferExpression(operand, frame, constraints);
  let { type } = first;
  const rest: LinkDraft[] = [];
  for (const link of links) {
    const said = link === chain ? annotation : undefined;
    const draft =
      link.kind === "except"
        ? inferExcept(link, type, frame, constraints, said)
        : inferLink(link, type, frame, constraints, said);
    rest.push(draft);
    type = draft.type;
  }
  return {
    type,
    finish: (copy) => rest.reduce((left, link) => link.finish(left, copy), first.finish(copy)),
  };
}

function inferLink(
  link: Exclude<Link, { kind: "except" }>,
  left: Open,
  frame: Frame,
  constraints: Constraint[],
  annotation: Annotation | undefined,
): LinkDraft {
  const call = coreCall(link);
  const drafts = call.args.slice(1).map((arg) => inferExpression(arg, frame, constraints));
  const { type, finish } = constrainCore(call, [{ type: left }, ...drafts], frame, constraints, annotation);
  return {
    type,
    finish: (first, copy) => finish([first, ...drafts.map((draft) => draft.finish(copy))]),
  };
}

function inferExcept(
  except: Extract<Link, { kind: "except" }>,
  left: Open,
  frame: Frame,
  constraints: Constraint[],
  annotation: Annotation | undefined,
): LinkDraft {
  const { primary, fallback: otherwise, span } = except;
  const type = new TypeVariable();
  constraints.push({
    kind: "equal",
    expected: type,
    actual: left,
    explanation: fallback,
    span: primary.span,
  });
  const second = check(otherwise, type, fallback, frame, constraints);
  constrainToAnnotation(type, annotation, except, constraints);
  return {
    type,
    finish: (first, copy) => ({
      kind: "except",
      primary: first,
      fallback: second.finish(copy),
      type: finishType(type, span),
      span,
    }),
  };
}

function coreCall(expression: Operation): CoreCall {
  const { called, args } = operationCall(expression);
  return { called, name: operationName(expression), args, expression };
}
