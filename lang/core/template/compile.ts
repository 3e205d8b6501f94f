/** Compiles templates to functions that write (functions specification, section 7). */
import { quote } from "../../bytes.ts";
import { checkSize } from "../support/limits.ts";
import type { Action, Branch, Invocation, Pipeline, Statement, Template } from "./ast.ts";
import { assign, compilePipeline, type Evaluate, type Functions } from "./compile-pipeline.ts";
import { noFlags } from "./format/flags.ts";
import { formatValue, valueText } from "./format/format-value.ts";
import { MAIN, parse } from "./parse.ts";
import { Frame, Run } from "./run.ts";
import { Integer, int, integerOf, isTrue, Mapping, Slice, type TemplateValue } from "./value.ts";

const tooDeep = "exceeded maximum template depth";

/** What comes after a statement: the next one, the end of the loop, or its next turn. */
type Flow = "next" | "break" | "continue";

type Execute = (frame: Frame, dot: TemplateValue) => Flow;

/** How deep templates may call each other; the stack holds a few times as many levels that nest little. */
const DEEPEST_CALLS = 5000;

/** A template that can be run with any data of the types that it fits. */
export type CompiledTemplate = (data: TemplateValue) => string;

/**
 * Parses and compiles a text.
 * @param functions what it can call
 * @returns the template, which throws TemplateExecutionError, or FatalError if its output is too large
 * @throws TemplateParseError
 */
export function compileTemplate(text: string, functions: Functions): CompiledTemplate {
  const templates = new Templates(
    parse(text, (name) => functions(name) !== undefined),
    functions,
  );
  return (data) => {
    const run = new Run(text);
    try {
      templates.get(MAIN)?.(run, data);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      // Templates that nest much take the stack sooner.
      run.frame?.fail(tooDeep);
    }
    return run.output;
  };
}

type CompiledBody = (run: Run, data: TemplateValue) => void;

/** All templates of a text; each is compiled when it is first called. */
class Templates {
  readonly #compiled = new Map<string, CompiledBody>();

  constructor(
    readonly parsed: ReadonlyMap<string, Template>,
    readonly functions: Functions,
  ) {}

  get(name: string): CompiledBody | undefined {
    const known = this.#compiled.get(name);
    if (known !== undefined) return known;
    const template = this.parsed.get(name);
    if (template === undefined) return undefined;
    const body = this.#list(template.body);
    const compiled: CompiledBody = (run, data) => {
      const frame = new Frame(run, name, template.slots, data);
      run.frame = frame;
      body(frame, data);
    };
    this.#compiled.set(name, compiled);
    return compiled;
  }

  #list(statements: readonly Statement[]): Execute {
    const compiled = statements.map((statement) => this.#statement(statement));
    return (frame, dot) => {
      for (const execute of compiled) {
        const flow = execute(frame, dot);
        if (flow !== "next") return flow;
      }
      return "next";
    };
  }

  #statement(statement: Statement): Execute {
    switch (statement.kind) {
      case "text": {
        const { text } = statement;
        return (frame) => {
          frame.run.write(text);
          return "next";
        };
      }
      case "action":
        return this.#action(statement);
      case "break":
      case "continue":
        return () => statement.kind;
      case "if":
      case "with":
        return this.#choice(statement);
      case "range":
        return this.#range(statement);
      case "template":
        return this.#invocation(statement);
    }
  }

  #pipeline(pipeline: Pipeline): Evaluate {
    return compilePipeline(pipeline, this.functions);
  }

  #action({ pipeline }: Action): Execute {
    const value = this.#pipeline(pipeline);
    if (pipeline.targets.length > 0) {
      return (frame, dot) => {
        value(frame, dot);
        return "next";
      };
    }
    return (frame, dot) => {
      const result = value(frame, dot);
      frame.run.write(result === null ? "<no value>" : valueText(result));
      return "next";
    };
  }

  #choice({ kind, pipeline, body, alternative }: Branch): Execute {
    const value = this.#pipeline(pipeline);
    const consequent = this.#list(body);
    const otherwise = alternative && this.#list(alternative);
    return (frame, dot) => {
      const result = value(frame, dot);
      if (isTrue(result)) return consequent(frame, kind === "with" ? result : dot);
      return otherwise === undefined ? "next" : otherwise(frame, dot);
    };
  }

  #range(branch: Branch): Execute {
    const { pipeline, alternative } = branch;
    const value = this.#pipeline(pipeline);
    const turn = this.#turn(branch);
    const otherwise = alternative && this.#list(alternative);
    return (frame, dot) => {
      const result = value(frame, dot);
      let isEmpty = true;
      for (const [index, element] of elements(frame, result, pipeline)) {
        isEmpty = false;
        if (turn(frame, index, element) === "break") break;
      }
      if (!isEmpty || otherwise === undefined) return "next";
      // In an alternative, `continue` is for the loop around, but `break` ends no more than the alternative.
      const flow = otherwise(frame, dot);
      return flow === "break" ? "next" : flow;
    };
  }

  /** One turn of a loop. */
  #turn({
    pipeline: { targets },
    body,
  }: Branch): (frame: Frame, index: TemplateValue, element: TemplateValue) => Flow {
    const execute = this.#list(body);
    const [first, second] = targets;
    return (frame, index, element) => {
      if (first !== undefined) assign(frame, first, second === undefined ? element : index);
      if (second !== undefined) assign(frame, second, element);
      return execute(frame, element);
    };
  }

  #invocation(invocation: Invocation): Execute {
    const { name, pipeline } = invocation;
    const data = pipeline && this.#pipeline(pipeline);
    return (frame, dot) => {
      frame.node = invocation;
      const called = this.get(name);
      if (called === undefined) return frame.fail(`template ${quote(name)} not defined`);
      const { run } = frame;
      if (run.depth >= DEEPEST_CALLS) return frame.fail(tooDeep);
      const argument = data === undefined ? null : data(frame, dot);
      run.depth++;
      called(run, argument);
      run.depth--;
      run.frame = frame;
      return "next";
    };
  }
}

/** What a loop goes over: lists, maps by their keys, and the integers below a number. */
function* elements(
  frame: Frame,
  value: TemplateValue,
  { targets }: Pipeline,
): Generator<readonly [TemplateValue, TemplateValue]> {
  if (value instanceof Slice) {
    for (let index = 0; index < value.length; index++) yield [int(index), value.at(index)];
    return;
  }
  if (value instanceof Mapping) {
    yield* value.entries();
    return;
  }
  if (value === null) return;
  const count = integerOf(value);
  if (count === undefined) frame.fail(`range can't iterate over ${formatValue(value, "v", noFlags)}`);
  else if (targets.length > 1) frame.fail(`can't use ${count} to iterate over more than one variable`);
  else yield* integersBelow(count, value instanceof Integer ? value.kind : undefined);
}

function* integersBelow(
  count: bigint,
  kind: Integer["kind"] | undefined,
): Generator<readonly [TemplateValue, TemplateValue]> {
  checkSize(count);
  for (let each = 0n; each < count; each++) {
    yield [null, kind === undefined ? each : new Integer(kind, each)];
  }
}
