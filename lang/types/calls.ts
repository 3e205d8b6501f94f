/** Calls: of core functions, of `func` statements, of function values; and the syntax that stands for one. */

import { type CallProblem, type CoreFunction, InferError, type Signature } from "../core/define.ts";
import { interpolate } from "../core/operators.ts";
import { declaredSignature, isCalledInOneWay, printArity, printSignatures } from "../core/signature.ts";
import { type Diagnostic, diagnostic, place, type Span } from "../diagnostic.ts";
import type { FunctionDefinition, ScopedCall, ScopedExpression, ScopedVariable } from "../scope/scoped.ts";
import type { Annotation } from "../syntax/ast.ts";
import { withinStack } from "../within-stack.ts";
import { ambiguous, Copy, type Draft, finishType, Unfinished } from "./draft.ts";
import { callSite } from "./early-value.ts";
import { type CalleeName, functionName, interpolated, miscounted } from "./explain.ts";
import { certify, constrainToAnnotation, inferExpression, inferVariable } from "./expressions.ts";
import { Binding, type Frame } from "./frame.ts";
import { inferFunction, inferLambda } from "./functions.ts";
import { hasType } from "./has-type.ts";
import { finishFunc, instantiate, type Open, TypeVariable } from "./open.ts";
import { type Func, type FuncType, printType, str } from "./type.ts";
import type { TypedExpression } from "./typed.ts";
import { type Constraint, Unit } from "./unit.ts";

type Interpolation = Extract<ScopedExpression, { kind: "interpolation" }>;

export function inferCall(
  call: ScopedCall,
  frame: Frame,
  constraints: Constraint[],
  annotation: Annotation | undefined,
): Draft {
  const { callee, args, span } = call;
  if (callee.kind === "core") {
    const called = callee.function;
    const name = functionName(callee.name, () => [`it is ${anyOf(printSignatures(callee.name, called))}`]);
    return inferCore({ called, name, args, expression: call }, frame, constraints, annotation);
  }
  const drafts = args.map((arg) => inferExpression(arg, frame, constraints));
  const result = new TypeVariable();
  constrainToAnnotation(result, annotation, call, constraints);
  const target = inferCallee(callee, span, frame, constraints);
  constraints.push({
    kind: "call",
    call: callType(drafts, result),
    callee: target.type,
    name: functionName(target.name, target.notes),
    args,
    span: target.span,
  });
  return {
    type: result,
    finish: (copy) => {
      const finished = drafts.map((draft) => draft.finish(copy));
      const called = withinStack("type", () => target.copy(copy), span);
      const type = finishType(result, span);
      return called.kind === "lambda"
        ? { kind: "call", type, target: called, args: finished, span }
        : { kind: "dynamic-call", type, callee: called, args: finished, span };
    },
  };
}

/** `"${x}"` alone is the variable, said to be a str (section 3); more pieces are joined by a call. */
export function inferInterpolation(
  interpolation: Interpolation,
  frame: Frame,
  constraints: Constraint[],
  annotation: Annotation | undefined,
): Draft {
  const { parts, span } = interpolation;
  const [only] = parts;
  if (parts.length === 1 && only !== undefined && typeof only !== "string") {
    return certify(inferVariable(only, frame, constraints), str, interpolated(only.name), interpolation);
  }
  const pieces = parts.map((part): Draft => {
    if (typeof part === "string") {
      return { type: str, finish: () => ({ kind: "constant", type: str, value: part, span }) };
    }
    const draft = inferVariable(part, frame, constraints);
    constraints.push({
      kind: "equal",
      expected: draft.type,
      actual: str,
      explanation: interpolated(part.name),
      span,
    });
    return draft;
  });
  constrainToAnnotation(str, annotation, interpolation, constraints);
  const signature: FuncType = {
    kind: "func",
    args: parts.map((_, index) => ({ name: `piece${index}`, type: str })),
    result: str,
  };
  return {
    type: str,
    finish: (copy) => ({
      kind: "core",
      type: str,
      function: interpolate,
      signature,
      args: pieces.map((piece) => piece.finish(copy)),
      span,
    }),
  };
}

/** A call of a core function, or the syntax for one. */
export interface CoreCall {
  readonly called: CoreFunction;
  readonly name: CalleeName;
  readonly args: readonly ScopedExpression[];
  /** What is written: the call, or the syntax for one. */
  readonly expression: { readonly span: Span };
}

export function inferCore(
  call: CoreCall,
  frame: Frame,
  constraints: Constraint[],
  annotation?: Annotation,
): Draft {
  const drafts = call.args.map((arg) => inferExpression(arg, frame, constraints));
  const { type, finish } = constrainCore(call, drafts, frame, constraints, annotation);
  return { type, finish: (copy) => finish(drafts.map((draft) => draft.finish(copy))) };
}

/**
 * Adds the constraints of a call whose arguments have theirs: it is of a fresh copy of the function's signature, or of
 * the one that the function gives for this call.
 * @param args of what types the arguments are
 * @returns the type of the call, and how to make it from its finished arguments
 */
export function constrainCore(
  { called, name, args: expressions, expression }: CoreCall,
  args: readonly { readonly type: Open }[],
  frame: Frame,
  constraints: Constraint[],
  annotation: Annotation | undefined,
): { readonly type: Open; readonly finish: (args: readonly TypedExpression[]) => TypedExpression } {
  const { span } = expression;
  const result = new TypeVariable();
  constrainToAnnotation(result, annotation, expression, constraints);
  const signature = signatureFor(called, name, expressions, span, frame, constraints);
  const variables = new Map<string, TypeVariable>();
  const callee: Func<TypeVariable> = {
    kind: "func",
    args: signature.args.map((arg) => ({ name: arg.name, type: instantiate(arg.type, variables) })),
    result: instantiate(signature.result, variables),
  };
  constraints.push({
    kind: "call",
    call: callType(args, result),
    callee,
    name,
    args: expressions,
    span,
  });
  if (called.read !== undefined && signature.args[0]?.type.kind === "parameter") {
    constraints.push({ kind: "reading", read: called.read, callee });
  }
  const blame = (problem: string | CallProblem): Diagnostic =>
    invalidCall(
      typeof problem === "string" ? { message: problem } : problem,
      expressions,
      span,
      name.notes?.(),
    );
  return { type: result, finish: (finished) => finishCore(called, finished, callee, span, blame) };
}

function finishCore(
  called: CoreFunction,
  args: readonly TypedExpression[],
  callee: Func<TypeVariable>,
  span: Span,
  blame: (problem: string | CallProblem) => Diagnostic,
): TypedExpression {
  const type = finishType(callee.result, span);
  const signature = finishFunc(callee) ?? ambiguous(callee, span);
  const problem = called.check?.(signature);
  if (problem !== undefined) throw new Unfinished(blame(problem));
  return { kind: "core", type, function: called, signature, args, span };
}

function invalidCall(
  { message, help, argument }: CallProblem,
  args: readonly ScopedExpression[],
  span: Span,
  notes: readonly string[] = [],
): Diagnostic {
  const focus = argument === undefined ? undefined : args[argument]?.span;
  return diagnostic("type", "invalid-call", message, span, { notes, help, focus });
}

function anyOf(signatures: readonly string[]): string {
  const quoted = signatures.map((each) => `\`${each}\``);
  const last = quoted.pop() ?? "";
  return quoted.length === 0 ? last : `${quoted.join(", ")} or ${last}`;
}

/** Where there can be none, a constraint that says why. */
function signatureFor(
  called: CoreFunction,
  name: CalleeName,
  args: readonly ScopedExpression[],
  span: Span,
  frame: Frame,
  constraints: Constraint[],
): Signature {
  const general: Signature = { args: called.args, result: called.returns };
  const declared = declaredSignature(called, args.length);
  if (declared === undefined && !isCalledInOneWay(called)) {
    const diagnostic = miscounted(name, printArity(called), args, called.args.length, span);
    constraints.push({ kind: "fail", diagnostic });
  }
  if (declared === undefined || called.infer === undefined) return declared ?? general;
  const site = callSite(args, frame);
  for (const [index, arg] of site.args.entries()) {
    const { type } = arg;
    if (type === undefined || arg.value === undefined || hasType(arg.value, type)) continue;
    const message = `${name.part(index)} is said to be ${printType(type)}, but its value is not`;
    const at = args[index]?.span ?? span;
    constraints.push({
      kind: "fail",
      diagnostic: diagnostic("type", "type-value-inconsistent", message, at),
    });
    return general;
  }
  try {
    return called.infer(site);
  } catch (error) {
    if (!(error instanceof InferError)) throw error;
    const { message, problem } = error;
    const told = { ...problem, message: `\`${name.text}\`: ${message}` };
    constraints.push({ kind: "fail", diagnostic: invalidCall(told, args, span, name.notes?.()) });
    return general;
  }
}

interface Callee {
  readonly type: Open;
  /** A copy of the function's body where it is known, else the expression that gives the function. */
  readonly copy: (copy: Copy) => TypedExpression;
  readonly name: string;
  readonly notes: () => readonly string[];
  /** What errors about the call blame (8.3): the definition of a function value, else the call. */
  readonly span: Span;
}

function inferCallee(
  callee: Exclude<ScopedCall["callee"], { kind: "core" }>,
  span: Span,
  frame: Frame,
  constraints: Constraint[],
): Callee {
  switch (callee.kind) {
    case "function": {
      const { name, definition, via } = callee;
      const home = frame.through(via).of(definition.block);
      const unit = new Unit((inside) => inferFunction(definition, home, inside), {
        notes: () => [`\`${name}\` is called at ${place(span)}`],
      });
      constraints.push({ kind: "unit", unit });
      return {
        type: unit.type,
        copy: () => unit.copy(new Copy(home.region)),
        name,
        notes: () => [`it is \`${functionHead(definition)}\`, at ${place(definition.span)}`],
        span,
      };
    }
    case "lambda": {
      const { type, finish } = inferLambda(callee, frame, constraints, undefined);
      return { type, copy: finish, name: "func", notes: () => [], span: callee.span };
    }
    case "variable": {
      const draft = inferVariable(callee, frame, constraints);
      return {
        type: draft.type,
        copy: (copy) => draft.lambda?.(copy) ?? draft.finish(copy),
        name: `$${callee.name}`,
        notes: () => [`it is called at ${place(span)}`],
        span: definitionSpan(callee, frame) ?? span,
      };
    }
  }
}

/** How a function is written before its body. */
function functionHead({ name, parameters, result }: FunctionDefinition): string {
  const written = parameters.map(({ name: parameter, annotation }) =>
    annotation === undefined ? `$${parameter}` : `$${parameter} ${printType(annotation.type)}`,
  );
  return `func ${name}(${written.join(", ")})${result === undefined ? "" : ` ${printType(result.type)}`}`;
}

function definitionSpan({ definition, via }: ScopedVariable, frame: Frame): Span | undefined {
  switch (definition.kind) {
    case "bind":
      return definition.value.span;
    case "parameter": {
      const meant = frame.through(via).parameter(definition);
      return meant instanceof Binding ? meant.value.span : meant.span;
    }
    case "builtin":
      return undefined;
  }
}

function callType(args: readonly { readonly type: Open }[], result: Open): Func<TypeVariable> {
  return { kind: "func", args: args.map(({ type }) => ({ name: "", type })), result };
}
