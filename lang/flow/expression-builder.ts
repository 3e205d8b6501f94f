/**
 * From typed expressions to nodes. What depends on constants only is computed here and now, and leaves no node
 * behind; a computation that then fails becomes a node that fails, so that it counts only while it is live.
 */
import type { Implementation } from "../core/define.ts";
import type { Span } from "../diagnostic.ts";
import type { Host } from "../host.ts";
import { printType } from "../types/type.ts";
import type { TypedBind, TypedExpression, TypedLambda } from "../types/typed.ts";
import { MapValue, StructValue, type Value } from "../value.ts";
import { Apply } from "./apply.ts";
import { Choice } from "./choice.ts";
import { asClosure, Closure } from "./closure.ts";
import { Constant } from "./constant.ts";
import { DynamicCall } from "./dynamic-call.ts";
import type { DynamicResult } from "./dynamic-result.ts";
import { Each } from "./each.ts";
import { Environment } from "./environment.ts";
import { type BuildFallback, Except } from "./except.ts";
import { Failing } from "./failing.ts";
import { Fold } from "./fold.ts";
import type { Graph } from "./graph.ts";
import type { Node } from "./node.ts";
import type { Scope } from "./scope.ts";
import { canShare, SharedSources } from "./shared-sources.ts";
import { SourceNode } from "./source-node.ts";
import { StrictArgument } from "./strict-argument.ts";
import { strictBinds } from "./strict-binds.ts";
import { type TypedLink, type TypedOperand, typedChain } from "./typed-chain.ts";

type Core = Extract<TypedExpression, { kind: "core" }>;
type Call = Extract<TypedExpression, { kind: "call" }>;

export class ExpressionBuilder {
  readonly #sources = new SharedSources();
  readonly #hostname: Constant;
  /** Of expressions that are built many times over: loop bodies, function bodies. */
  readonly #constants = new Map<TypedExpression, Constant>();
  readonly #implementations = new Map<TypedExpression, Implementation>();

  constructor(
    readonly graph: Graph,
    readonly host: Host,
  ) {
    this.#hostname = new Constant(host.hostname);
  }

  /** The node of an expression in an environment; nodes it needs of its own are owned by `scope`. */
  build(expression: TypedExpression, env: Environment, scope: Scope): Node {
    const { operand, links } = typedChain(expression);
    let node = this.#operand(operand, env, scope);
    for (let at = 0; at < links.length; ) {
      const link = links[at];
      if (link?.kind === "core") {
        const args = this.#all(link.args.slice(1), env, scope);
        args.unshift(node);
        node = this.#core(link, args, scope);
        at++;
      } else {
        const fallbacks = fallbacksFrom(links, at);
        node = this.#alternatives(node, fallbacks, 0, env, scope);
        at += fallbacks.length;
      }
    }
    return node;
  }

  /**
   * An alternative and the fallbacks after it. Those that are known to fail always leave no node behind, nor do any after
   * one that is a constant.
   * @param next the first of `fallbacks` that comes after `first`
   * @param result of the alternatives before; absent if there are none
   */
  #alternatives(
    first: Node,
    fallbacks: readonly TypedExpression[],
    next: number,
    env: Environment,
    scope: Scope,
    result?: DynamicResult,
  ): Node {
    let node = first;
    for (let at = next; at < fallbacks.length; at++) {
      const fallback = fallbacks[at];
      if (fallback === undefined || node instanceof Constant) return node;
      if (!(node instanceof Failing && node.isCatchable)) {
        const build: BuildFallback = (owner, shared) =>
          this.#alternatives(this.build(fallback, env, owner), fallbacks, at + 1, env, owner, shared);
        return new Except(node, build, result).addTo(scope, node);
      }
      node = this.build(fallback, env, scope);
      this.graph.newest = undefined;
    }
    return node;
  }

  #operand(expression: TypedOperand, env: Environment, scope: Scope): Node {
    switch (expression.kind) {
      case "constant":
        return this.#constant(expression, expression.value);
      case "hostname":
        return this.#hostname;
      case "list":
        return this.#apply(listOf, this.#all(expression.elements, env, scope), expression.span, scope);
      case "map": {
        const pairs = expression.entries.flatMap((entry) => [entry.key, entry.value]);
        return this.#apply(mapOf, this.#all(pairs, env, scope), expression.span, scope);
      }
      case "struct": {
        const implementation = this.#implementation(expression, () => structOf(expression.fields));
        const fields = expression.fields.map((field) => this.build(field.value, env, scope));
        return this.#apply(implementation, fields, expression.span, scope);
      }
      case "variable": {
        this.#define(expression.bind, env);
        const node = env.use(expression.bind, scope);
        this.graph.newest = undefined;
        return node;
      }
      case "parameter":
        return env.parameter(expression.parameter);
      case "lambda":
        return new Constant(this.#closure(expression, env));
      case "core":
        return this.#core(expression, [], scope);
      case "call":
        return this.#call(expression, env, scope);
      case "dynamic-call": {
        const before = this.graph.added;
        const callee = this.build(expression.callee, env, scope);
        const args = this.#all(expression.args, env, scope);
        if (!(callee instanceof Constant)) return new DynamicCall(callee, args).addTo(scope, callee);
        for (const each of args) StrictArgument.mark(each, scope);
        return this.#blame(asClosure(callee.value).instantiate(args, scope), before, expression.span);
      }
      case "if": {
        const branch = (chosen: boolean, owner: Scope): Node =>
          this.build(chosen ? expression.consequent : expression.alternative, env, owner);
        const condition = this.build(expression.condition, env, scope);
        if (!(condition instanceof Constant)) return new Choice(condition, branch).addTo(scope, condition);
        const node = branch(condition.value === true, scope);
        this.graph.newest = undefined;
        return node;
      }
    }
  }

  /**
   * Builds a bind at its first use. What it is sure to read is built before it, by a loop: a chain of binds may be
   * longer than the stack is deep.
   */
  #define(bind: TypedBind, env: Environment): void {
    const needed: { readonly bind: TypedBind; readonly home: Environment; isOpen: boolean }[] = [];
    const need = (each: TypedBind, from: Environment): void => {
      const home = from.find(each.region);
      if (home !== undefined && !home.has(each)) needed.push({ bind: each, home, isOpen: false });
    };
    need(bind, env);
    for (let top = needed.at(-1); top !== undefined; top = needed.at(-1)) {
      const { bind: current, home } = top;
      if (!top.isOpen) {
        top.isOpen = true;
        for (const each of strictBinds(current.value)) need(each, home);
        continue;
      }
      needed.pop();
      if (!home.has(current)) home.define(current, (scope) => this.build(current.value, home, scope));
    }
  }

  #all(expressions: readonly TypedExpression[], env: Environment, scope: Scope): Node[] {
    return expressions.map((each) => this.build(each, env, scope));
  }

  #call(expression: Call, env: Environment, scope: Scope): Node {
    const { target } = expression;
    const before = this.graph.added;
    const args = this.#all(expression.args, env, scope);
    for (const each of args) StrictArgument.mark(each, scope);
    const parent = target.region.parent === undefined ? env : env.of(target.region.parent);
    const inside = new Environment(target.region, parent, scope, target.parameters, args);
    return this.#blame(this.build(target.body, inside, scope), before, expression.span);
  }

  #closure(lambda: TypedLambda, env: Environment): Closure {
    return new Closure(printType(lambda.type), (args, scope) =>
      this.build(lambda.body, new Environment(lambda.region, env, scope, lambda.parameters, args), scope),
    );
  }

  /** A failure is reported at the outermost call whose result is the very node that failed (2.8). */
  #blame(node: Node, before: number, span: Span): Node {
    if (this.graph.added > before && node === this.graph.newest && node.span !== undefined) node.span = span;
    return node;
  }

  #core(expression: Core, args: readonly Node[], scope: Scope): Node {
    const { behavior } = expression.function;
    switch (behavior.kind) {
      case "pure":
      case "impure": {
        const implementation = this.#implementation(expression, () =>
          behavior.bind({
            host: this.host,
            type: expression.signature,
            moduleDirectory: expression.span.source.moduleDirectory,
          }),
        );
        return this.#apply(implementation, args, expression.span, scope);
      }
      case "source": {
        const build = (): SourceNode =>
          new SourceNode(this.graph, this.host, behavior, expression.signature, args, expression.span);
        const constants = constantsOf(args);
        if (constants === undefined || !canShare(constants)) return this.graph.add(build(), scope, args);
        const type = printType(expression.signature);
        return this.#sources.use(expression.function, type, constants, scope, build);
      }
      case "each":
        return new Each(args, behavior.collect, expression.span).addTo(scope);
      case "fold": {
        const fn = args.at(-1);
        const list = args.at(-2);
        if (fn === undefined || list === undefined) throw new Error("a fold needs a list and a function");
        return new Fold(args.at(-3), list, fn, expression.span).addTo(scope);
      }
    }
  }

  #apply(implementation: Implementation, args: readonly Node[], span: Span, scope: Scope): Node {
    const constants = constantsOf(args);
    if (constants === undefined) return this.graph.add(new Apply(implementation, args, span), scope, args);
    try {
      return new Constant(implementation.call(...constants));
    } catch (error) {
      return this.graph.add(new Failing(error, span), scope, []);
    }
  }

  #constant(expression: TypedExpression, value: Value): Constant {
    let constant = this.#constants.get(expression);
    if (constant === undefined) {
      constant = new Constant(value);
      this.#constants.set(expression, constant);
    }
    return constant;
  }

  #implementation(expression: TypedExpression, bind: () => Implementation): Implementation {
    let implementation = this.#implementations.get(expression);
    if (implementation === undefined) {
      implementation = bind();
      this.#implementations.set(expression, implementation);
    }
    return implementation;
  }
}

function constantsOf(nodes: readonly Node[]): Value[] | undefined {
  const values: Value[] = [];
  for (const node of nodes) {
    if (!(node instanceof Constant)) return undefined;
    values.push(node.value);
  }
  return values;
}

const listOf: Implementation = { call: (...elements) => elements };

const mapOf: Implementation = {
  call: (...pairs) => {
    const entries: [Value, Value][] = [];
    for (let index = 0; index + 1 < pairs.length; index += 2) {
      const key = pairs[index];
      const value = pairs[index + 1];
      if (key !== undefined && value !== undefined) entries.push([key, value]);
    }
    return new MapValue(entries);
  },
};

function structOf(fields: readonly { readonly name: string }[]): Implementation {
  const names = fields.map((field) => field.name);
  return { call: (...values) => new StructValue(names, values) };
}

/** The fallbacks of the `<|>` in a row that begin at a link. */
function fallbacksFrom(links: readonly TypedLink[], at: number): readonly TypedExpression[] {
  const fallbacks: TypedExpression[] = [];
  for (let index = at; index < links.length; index++) {
    const link = links[index];
    if (link?.kind !== "except") break;
    fallbacks.push(link.fallback);
  }
  return fallbacks;
}
