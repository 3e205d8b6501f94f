/** Compiles templates to functions that write (functions specification, section 7). */
import { quote } from "../../bytes.ts";
import { checkSize } from "../support/limits.ts";
import type { Action, Branch, Invocation, Pipeline, Statement, Template } from "./ast.ts";
import { assign, compilePipeline, type Evaluate, type Functions } from "./compile-pipeline.ts";
import { TemplateExecutionError } from "./errors.ts";
import { noFlags } from "./format/flags.ts";
import { formatValue, valueText } from "./format/format-value.ts";
import { parse } from "./parse.ts";
import { Frame, Run } from "./run.ts";
import { MAIN } from "./token-reader.ts";
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
      // What nests much takes the stack sooner.
      const place = run.frame?.place ?? MAIN;
      throw new TemplateExecutionError(`template: ${place}: ${tooDeep}`, false);
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
      for (let index = 0; index < compiled.length; index++) {
        const flow = compiled[index]?.(frame, dot);
        if (flow === "break" || flow === "continue") return flow;
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
    const loop = this.#loop(branch);
    const otherwise = alternative && this.#list(alternative);
    return (frame, dot) => {
      if (loop(frame, value(frame, dot)) || otherwise === undefined) return "next";
      // In an alternative, `continue` is for the loop around, but `break` ends no more than the alternative.
      const flow = otherwise(frame, dot);
      return flow === "break" ? "next" : flow;
    };
  }

  /** Goes over lists, maps by their keys, and the integers below a number. @returns whether there was anything */
  #loop({ pipeline: { targets }, body }: Branch): (frame: Frame, value: TemplateValue) => boolean {
    const execute = this.#list(body);
    const keyTarget = targets.length > 1 ? targets[0] : undefined;
    const elementTarget = targets.at(-1);
    const turn = (frame: Frame, element: TemplateValue): boolean => {
      if (elementTarget !== undefined) assign(frame, elementTarget, element);
      return execute(frame, element) !== "break";
    };
    return (frame, value) => {
      if (value instanceof Slice) {
        for (let index = 0; index < value.length; index++) {
          if (keyTarget !== undefined) assign(frame, keyTarget, int(index));
          if (!turn(frame, value.at(index))) break;
        }
        return value.length > 0;
      }
      if (value instanceof Mapping) {
        for (const [key, element] of value.entries()) {
          if (keyTarget !== undefined) assign(frame, keyTarget, key);
          if (!turn(frame, element)) break;
        }
        return value.size > 0;
      }
      if (value === null) return false;
      const count = countOf(frame, value, keyTarget !== undefined);
      const kind = value instanceof Integer ? value.kind : undefined;
      for (let each = 0n; each < count; each++) {
        if (!turn(frame, kind === undefined ? each : new Integer(kind, each))) break;
      }
      return count > 0n;
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

/** @throws TemplateExecutionError unless a loop goes over the value as over a number */
function countOf(frame: Frame, value: TemplateValue, wantsKeys: boolean): bigint {
  const count = integerOf(value);
  if (count === undefined) return frame.fail(`range can't iterate over ${formatValue(value, "v", noFlags)}`);
  if (wantsKeys) return frame.fail(`can't use ${count} to iterate over more than one variable`);
  checkSize(count);
  return count;
}
