import { panic, panicDebug } from "../core/builtin.ts";
import type { Diagnostic } from "../diagnostic.ts";
import type { KindCatalogue } from "../kinds.ts";
import type {
  ParameterDefinition,
  ScopedBlock,
  ScopedFor,
  ScopedForKeyValue,
  ScopedIf,
  ScopedInclude,
  ScopedPanic,
  ScopedStatement,
} from "../scope/scoped.ts";
import { withinStack } from "../within-stack.ts";
import { inferCore } from "./calls.ts";
import { finishType, type Parameter } from "./draft.ts";
import { functionName, mustBe } from "./explain.ts";
import { Binding, type Frame } from "./frame.ts";
import { type Open, TypeVariable } from "./open.ts";
import { ResourceInference } from "./resources.ts";
import { SendInference } from "./send.ts";
import type { Solver } from "./solver.ts";
import { finishBlock, StatementContext, type StatementDraft } from "./statement-context.ts";
import { bool, int } from "./type.ts";
import type { Region, TypedParameter, TypedRegionBlock } from "./typed.ts";
import { type Constraint, Unit } from "./unit.ts";

const condition = mustBe("the condition");
const list = mustBe("what `for` goes through", (_, got) =>
  got.kind === "map" ? "`forkv $key, $value in … {` goes through a map" : undefined,
);
const map = mustBe("what `forkv` goes through", (_, got) =>
  got.kind === "list" ? "`for $index, $value in … {` goes through a list" : undefined,
);

/** Infers the statements of blocks, in source order (language specification, 8.3). */
export class StatementInference {
  readonly #context: StatementContext;
  readonly #resources: ResourceInference;
  readonly #sends: SendInference;

  /** @param onGraphError takes mistakes that belong to the phase after this one */
  constructor(solver: Solver, kinds: KindCatalogue, onGraphError: (found: Diagnostic) => void) {
    this.#context = new StatementContext(solver, kinds);
    this.#resources = new ResourceInference(this.#context, onGraphError);
    this.#sends = new SendInference(this.#context, this.#resources);
  }

  block(block: ScopedBlock, frame: Frame): readonly StatementDraft[] {
    return block.statements.flatMap((statement) => this.#statement(statement, frame));
  }

  #statement(statement: ScopedStatement, frame: Frame): StatementDraft | readonly StatementDraft[] {
    switch (statement.kind) {
      case "panic":
        return this.#panic(statement, frame);
      case "resource":
        return this.#resources.resource(statement, frame);
      case "edges":
        return this.#resources.edges(statement, frame);
      case "send":
        return this.#sends.send(statement, frame);
      case "if":
        return this.#if(statement, frame);
      case "for":
        return this.#for(statement, frame);
      case "forkv":
        return this.#forKeyValue(statement, frame);
      case "include":
        return this.#include(statement, frame);
      case "import":
        // A module has no statements that make output (6.6).
        return [];
      case "collect":
        return this.#resources.collect(statement, frame);
    }
  }

  /** As an `if` whose condition is the call that panics (5.9). */
  #panic({ args, span }: ScopedPanic, frame: Frame): StatementDraft {
    const called = args.length === 2 ? panicDebug : panic;
    const name = functionName("panic", () => ["it is `panic(reason)` or `panic(condition, reason)`"]);
    const call = new Unit(
      (constraints) => inferCore({ called, name, args, expression: { span } }, frame, constraints),
      { region: frame.region },
    );
    this.#context.solve(frame, [{ kind: "unit", unit: call }]);
    return () => ({ kind: "panic", condition: call.typed, span });
  }

  #if({ condition: tested, consequent, alternative, span }: ScopedIf, frame: Frame): StatementDraft {
    const test = this.#context.value(tested, frame);
    this.#context.solve(frame, [
      { kind: "unit", unit: test },
      { kind: "equal", expected: bool, actual: test.type, explanation: condition, span, value: tested },
    ]);
    const then = this.#inner(consequent, frame);
    const otherwise = alternative && this.#inner(alternative, frame);
    return () => ({
      kind: "if",
      condition: test.typed,
      consequent: then(),
      alternative: otherwise?.(),
      span,
    });
  }

  #for({ index, value, list: elements, body, span }: ScopedFor, frame: Frame): StatementDraft {
    const inside = innerFrame(body, frame);
    const collection = this.#context.value(elements, frame);
    const element = new TypeVariable();
    const solved = this.#context.solve(frame, [
      { kind: "unit", unit: collection },
      {
        kind: "equal",
        expected: { kind: "list", element },
        actual: collection.type,
        explanation: list,
        span,
        value: elements,
      },
    ]);
    const indexParameter = declareLoopVariable(index, int, solved, inside);
    const valueParameter = declareLoopVariable(value, element, solved, inside);
    const block = this.#region(body, inside);
    return () => ({
      kind: "for",
      index: indexParameter(),
      value: valueParameter(),
      list: collection.typed,
      body: block(),
      span,
    });
  }

  #forKeyValue({ key, value, map: entries, body, span }: ScopedForKeyValue, frame: Frame): StatementDraft {
    const inside = innerFrame(body, frame);
    const collection = this.#context.value(entries, frame);
    const keys = new TypeVariable();
    const values = new TypeVariable();
    const solved = this.#context.solve(frame, [
      { kind: "unit", unit: collection },
      {
        kind: "equal",
        expected: { kind: "map", key: keys, value: values },
        actual: collection.type,
        explanation: map,
        span,
        value: entries,
      },
    ]);
    const keyParameter = declareLoopVariable(key, keys, solved, inside);
    const valueParameter = declareLoopVariable(value, values, solved, inside);
    const block = this.#region(body, inside);
    return () => ({
      kind: "forkv",
      key: keyParameter(),
      value: valueParameter(),
      map: collection.typed,
      body: block(),
      span,
    });
  }

  /** The body first (8.3), then the arguments: those that the body does not use are inferred all the same. */
  #include(include: ScopedInclude, frame: Frame): readonly StatementDraft[] {
    const { class: definition, span } = include;
    const inside = frame.of(include.block).instance(include);
    const drafts = withinStack("type", () => this.block(definition.body, inside), span);
    for (const defined of definition.parameters) {
      const parameter = inside.parameter(defined);
      if (!(parameter instanceof Binding)) continue;
      const { unit, annotation, name, value } = parameter;
      const constraints: Constraint[] = [{ kind: "unit", unit }];
      if (annotation !== undefined) {
        const explanation = mustBe(`\`$${name}\` of class \`${definition.name}\``);
        constraints.push({
          kind: "equal",
          expected: annotation.type,
          actual: unit.type,
          explanation,
          span,
          value,
        });
      }
      this.#context.solve(frame, constraints);
    }
    return drafts;
  }

  #inner(block: ScopedBlock, frame: Frame): () => TypedRegionBlock {
    return this.#region(block, innerFrame(block, frame));
  }

  #region(block: ScopedBlock, frame: Frame): () => TypedRegionBlock {
    const drafts = this.block(block, frame);
    return () => ({ region: frame.region, block: finishBlock(drafts) });
  }
}

/** The scope of a branch or a loop body, which is a region of its own. */
function innerFrame(block: ScopedBlock, frame: Frame): Frame {
  return frame.inner(block, { parent: frame.region });
}

/** @param collection what decides the type; where it is wrong, the uses of the variable are not blamed */
function declareLoopVariable(
  definition: ParameterDefinition,
  type: Open,
  collection: Unit,
  frame: Frame,
): () => TypedParameter {
  const { name, annotation, span } = definition;
  const region: Region = frame.region;
  let typed: TypedParameter | undefined;
  const bound = (): TypedParameter => {
    typed ??= { name, type: finishType(type, span), region };
    return typed;
  };
  const parameter: Parameter = { name, type, annotation, span, loop: { collection, bound } };
  frame.declare(definition, parameter);
  return bound;
}
