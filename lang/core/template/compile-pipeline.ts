/** Compiles what has a value: pipelines, commands, operands (functions specification, section 7). */
import { takesNil } from "./argument.ts";
import type { Chain, Command, Field, Identifier, NumberNode, Operand, Pipeline, Variable } from "./ast.ts";
import { show } from "./ast.ts";
import { takes } from "./core-functions.ts";
import type { Parameter, ShortCircuit, TemplateFunction } from "./function.ts";
import type { Frame } from "./run.ts";
import { typeName } from "./type.ts";
import { Complex, int, isTrue, Mapping, Structure, type TemplateValue, typeOf } from "./value.ts";

export type Evaluate = (frame: Frame, dot: TemplateValue) => TemplateValue;

/** @param piped what the command before gave; undefined for the first */
type EvaluateCommand = (frame: Frame, dot: TemplateValue, piped: TemplateValue | undefined) => TemplateValue;

export type Functions = (name: string) => TemplateFunction | ShortCircuit | undefined;

export function compilePipeline(pipeline: Pipeline, functions: Functions): Evaluate {
  const value = compileCommands(pipeline, functions);
  const { targets } = pipeline;
  if (targets.length === 0) return value;
  return (frame, dot) => {
    const result = value(frame, dot);
    for (const target of targets) assign(frame, target, result);
    return result;
  };
}

/** @throws TemplateExecutionError if there is no such variable */
export function assign(frame: Frame, { name, slot }: Variable, value: TemplateValue): void {
  if (slot === undefined) frame.fail(`undefined variable: ${name}`);
  else frame.set(slot, value);
}

function compileCommands(pipeline: Pipeline, functions: Functions): Evaluate {
  const [first, ...rest] = pipeline.commands.map((command, index) =>
    compileCommand(command, index > 0, functions),
  );
  if (first === undefined) return () => null;
  if (rest.length === 0 && pipeline.commands[0]?.operands[0].kind !== "pipeline") {
    // All other commands begin with saying where they are.
    return (frame, dot) => first(frame, dot, undefined);
  }
  return (frame, dot) => {
    frame.node = pipeline;
    let value = first(frame, dot, undefined);
    for (const command of rest) value = command(frame, dot, value);
    return value;
  };
}

function compileCommand(command: Command, isPiped: boolean, functions: Functions): EvaluateCommand {
  const [first, ...args] = command.operands;
  const hasArguments = args.length > 0 || isPiped;
  switch (first.kind) {
    case "identifier":
      return compileCall(first, command, args, isPiped, functions);
    case "field":
      return compileField(first, hasArguments);
    case "chain":
      return compileChain(first, hasArguments, functions);
    case "variable":
      return compileVariable(first, hasArguments);
    case "pipeline":
      return hasArguments ? (frame) => refuseArguments(frame, first) : compilePipeline(first, functions);
  }
  const value = first.kind === "nil" ? undefined : compileOperand(first, functions);
  return (frame, dot) => {
    frame.node = first;
    if (hasArguments) refuseArguments(frame, first);
    return value === undefined ? frame.fail("nil is not a command") : value(frame, dot);
  };
}

function refuseArguments(frame: Frame, operand: Operand): never {
  return frame.fail(`can't give argument to non-function ${show(operand)}`);
}

/** An operand where any value will do. */
function compileOperand(operand: Operand, functions: Functions): Evaluate {
  switch (operand.kind) {
    case "bool":
    case "string": {
      const { value } = operand;
      return at(operand, () => value);
    }
    case "number":
      return compileNumber(operand);
    case "dot":
      return at(operand, (_, dot) => dot);
    case "nil":
      return at(operand, () => null);
    case "field":
      return compileField(operand, false);
    case "variable":
      return compileVariable(operand, false);
    case "identifier": {
      const call = compileCall(operand, operand, [], false, functions);
      return at(operand, (frame, dot) => call(frame, dot, undefined));
    }
    case "chain":
      return compileChain(operand, false, functions);
    case "pipeline":
      return compilePipeline(operand, functions);
  }
}

function at(node: Operand, evaluate: Evaluate): Evaluate {
  return (frame, dot) => {
    frame.node = node;
    return evaluate(frame, dot);
  };
}

/** A number where nothing says what it should be: its spelling decides. */
function compileNumber(node: NumberNode): Evaluate {
  const { value, text } = node;
  if (value.complex !== undefined) {
    const complex = new Complex(value.complex.real, value.complex.imaginary);
    return at(node, () => complex);
  }
  const isHexInt = /^0[xX][^pP]+$/.test(text);
  if (value.float !== undefined && !isHexInt && !text.startsWith("'") && /[.eEpP]/.test(text)) {
    const { float } = value;
    return at(node, () => float);
  }
  if (value.int === undefined) return at(node, (frame) => frame.fail(`${text} overflows int`));
  const integer = int(value.int);
  return at(node, () => integer);
}

function compileField(field: Field, hasArguments: boolean): Evaluate {
  const [only = "", ...more] = field.names;
  if (more.length === 0) {
    return (frame, dot) => {
      frame.node = field;
      return readField(frame, dot, only, hasArguments);
    };
  }
  const read = compileNames(field.names, hasArguments);
  return (frame, dot) => {
    frame.node = field;
    return read(frame, dot);
  };
}

function compileVariable(variable: Variable, hasArguments: boolean): Evaluate {
  if (variable.names.length === 0) {
    return (frame) => {
      frame.node = variable;
      const value = readVariable(frame, variable);
      return hasArguments ? refuseArguments(frame, variable) : value;
    };
  }
  const read = compileNames(variable.names, hasArguments);
  return (frame) => {
    frame.node = variable;
    return read(frame, readVariable(frame, variable));
  };
}

function readVariable(frame: Frame, { slot, name }: Variable): TemplateValue {
  const value = slot === undefined ? undefined : frame.get(slot);
  return value === undefined ? frame.fail(`undefined variable: ${name}`) : value;
}

function compileChain(chain: Chain, hasArguments: boolean, functions: Functions): Evaluate {
  const base = compileOperand(chain.base, functions);
  const read = compileNames(chain.names, hasArguments);
  return (frame, dot) => {
    frame.node = chain.base;
    return read(frame, base(frame, dot));
  };
}

type Read = (frame: Frame, from: TemplateValue) => TemplateValue;

/** `.A.B` of a value, at least one name; nothing in a template takes the arguments that the last one may be given. */
function compileNames(names: readonly string[], hasArguments: boolean): Read {
  const [first = "", ...rest] = names;
  const last = rest.length - 1;
  return (frame, from) => {
    let holder = from;
    let value = readField(frame, from, first, hasArguments && rest.length === 0);
    for (const [index, name] of rest.entries()) {
      const held = value;
      value = readField(frame, held, name, hasArguments && index === last, holder);
      holder = held;
    }
    return value;
  };
}

/** @param holder what `from` was read of: messages name the type that it has there, which may be any */
function readField(
  frame: Frame,
  from: TemplateValue,
  name: string,
  hasArguments: boolean,
  holder?: TemplateValue,
): TemplateValue {
  if (from instanceof Mapping && from.type.key.kind === "string") {
    if (hasArguments) frame.fail(`${name} is not a method but has arguments`);
    return from.get(name) ?? frame.fail(`map has no entry for key "${name}"`);
  }
  if (from === null) return frame.fail(`nil data; no entry for key "${name}"`);
  const field = from instanceof Structure ? from.get(name) : undefined;
  if (field === undefined) {
    const type = holder instanceof Mapping ? holder.type.value : typeOf(from);
    return frame.fail(`can't evaluate field ${name} in type ${typeName(type)}`);
  }
  if (hasArguments) frame.fail(`${name} has arguments but cannot be invoked as function`);
  return field;
}

/** @param node what is blamed if the function fails */
function compileCall(
  callee: Identifier,
  node: Command | Identifier,
  args: readonly Operand[],
  isPiped: boolean,
  functions: Functions,
): EvaluateCommand {
  const called = functions(callee.name);
  const wrongCount = called && countProblem(callee.name, called, args.length, isPiped);
  if (called === undefined || wrongCount !== undefined) {
    return (frame) => {
      frame.node = callee;
      return frame.fail(wrongCount ?? `"${callee.name}" is not a defined function`);
    };
  }
  if ("kind" in called) return compileShortCircuit(called, callee, args, functions);
  const { parameters, rest } = called;
  const parameterAt = (index: number) => parameters[index] ?? rest;
  const values = args.map((arg, index) => compileArgument(arg, parameterAt(index), functions));
  const pipedTo = parameterAt(args.length);
  const first = () => args[0] && show(args[0]);
  return (frame, dot, piped) => {
    frame.node = callee;
    const given: TemplateValue[] = [];
    for (const value of values) given.push(value(frame, dot));
    if (piped !== undefined) given.push(accept(frame, piped, pipedTo));
    try {
      return called.call(given, first);
    } catch (error) {
      // The end of the stack is not the fault of this function.
      if (error instanceof RangeError) throw error;
      frame.node = node;
      const message = error instanceof Error ? error.message : String(error);
      return frame.fail(`error calling ${callee.name}: ${message}`, error);
    }
  };
}

/** What is wrong with the number of arguments, or undefined. */
function countProblem(
  name: string,
  called: TemplateFunction | ShortCircuit,
  written: number,
  isPiped: boolean,
): string | undefined {
  const given = written + (isPiped ? 1 : 0);
  const isShortCircuit = "kind" in called;
  const wanted = isShortCircuit ? 1 : called.parameters.length;
  if (isShortCircuit || called.rest !== undefined) {
    return given < wanted
      ? `wrong number of args for ${name}: want at least ${wanted} got ${written}`
      : undefined;
  }
  return given === wanted ? undefined : `wrong number of args for ${name}: want ${wanted} got ${given}`;
}

function compileShortCircuit(
  { kind }: ShortCircuit,
  callee: Identifier,
  args: readonly Operand[],
  functions: Functions,
): EvaluateCommand {
  const values = args.map((arg) => compileOperand(arg, functions));
  return (frame, dot, piped) => {
    frame.node = callee;
    let result: TemplateValue = null;
    for (const value of values) {
      result = value(frame, dot);
      if (isTrue(result) === (kind === "or")) return result;
    }
    return piped === undefined ? result : piped;
  };
}

function compileArgument(arg: Operand, parameter: Parameter | undefined, functions: Functions): Evaluate {
  if (parameter?.kind !== "typed") return compileOperand(arg, functions);
  switch (arg.kind) {
    case "bool":
    case "string":
    case "number": {
      const value = constantFor(parameter, arg);
      const wanted = constantNames[parameter.type.kind];
      const problem =
        wanted === undefined
          ? `can't handle ${show(arg)} for arg of type ${parameter.name}`
          : `expected ${wanted}; found ${show(arg)}`;
      return at(arg, (frame) => (value === undefined ? frame.fail(problem) : value));
    }
    case "nil":
      if (takesNil(parameter.type)) return at(arg, () => null);
      return at(arg, (frame) => frame.fail(`cannot assign nil to ${parameter.name}`));
  }
  const value = compileOperand(arg, functions);
  return (frame, dot) => {
    frame.node = arg;
    return accept(frame, value(frame, dot), parameter);
  };
}

const constantNames: Readonly<Record<string, string>> = {
  bool: "bool",
  str: "string",
  int: "integer",
  float: "float",
};

/** Undefined if the parameter does not take the constant. */
function constantFor(
  { type }: Extract<Parameter, { kind: "typed" }>,
  literal: Extract<Operand, { kind: "bool" | "string" | "number" }>,
): TemplateValue | undefined {
  switch (type.kind) {
    case "bool":
      return literal.kind === "bool" ? literal.value : undefined;
    case "str":
      return literal.kind === "string" ? literal.value : undefined;
    case "int":
      return literal.kind === "number" ? literal.value.int : undefined;
    case "float":
      return literal.kind === "number" ? literal.value.float : undefined;
    default:
      return undefined;
  }
}

function accept(frame: Frame, value: TemplateValue, parameter: Parameter | undefined): TemplateValue {
  if (parameter?.kind !== "typed" || takes(parameter, value)) return value;
  if (value === null) return frame.fail(`invalid value; expected ${parameter.name}`);
  return frame.fail(`wrong type for value; expected ${parameter.name}; got ${typeName(typeOf(value))}`);
}
