/** From typed statements to output items and the nodes behind them. */

import { collectContribution, collectInputs } from "../output/collect-contribution.ts";
import { emptyContribution } from "../output/contribution.ts";
import { edgesContribution, edgesInputs, sendContribution, sendInputs } from "../output/edge-contribution.ts";
import { resourceContribution, resourceInputs } from "../output/resource-contribution.ts";
import type {
  TypedBlock,
  TypedExpression,
  TypedRegionBlock,
  TypedResource,
  TypedStatement,
} from "../types/typed.ts";
import { isList, MapValue, type Value } from "../value.ts";
import { Broken } from "./broken.ts";
import { Constant } from "./constant.ts";
import { Environment } from "./environment.ts";
import type { ExpressionBuilder } from "./expression-builder.ts";
import { IfStatementNode } from "./if-statement-node.ts";
import { type BuildIteration, ForKeyValueNode, ForNode } from "./loop-node.ts";
import type { Node } from "./node.ts";
import { FixedOutput, type OutputItem } from "./output-item.ts";
import type { Scope } from "./scope.ts";
import { type Contribute, StatementNode } from "./statement-node.ts";

type Statement<K extends TypedStatement["kind"]> = Extract<TypedStatement, { kind: K }>;

export class BlockBuilder {
  /** @param kinds names of all kinds there are */
  constructor(
    readonly expressions: ExpressionBuilder,
    readonly kinds: readonly string[],
  ) {}

  /** The output items of a block, in source order. */
  build(block: TypedBlock, env: Environment, scope: Scope): readonly OutputItem[] {
    const items: OutputItem[] = [];
    for (const statement of block) this.#statement(statement, env, scope, items);
    return items;
  }

  #statement(statement: TypedStatement, env: Environment, scope: Scope, items: OutputItem[]): void {
    switch (statement.kind) {
      case "panic":
        this.#sink([statement.condition], () => emptyContribution, env, scope, items);
        break;
      case "resource":
        this.#resource(
          statement,
          resourceInputs(statement),
          (values, previous) => resourceContribution(statement, values, this.kinds, previous),
          env,
          scope,
          items,
        );
        break;
      case "collect":
        this.#resource(
          statement.resource,
          collectInputs(statement),
          (values, previous) => collectContribution(statement, values, this.kinds, previous),
          env,
          scope,
          items,
        );
        break;
      case "edges":
        this.#sink(
          edgesInputs(statement),
          (values) => edgesContribution(statement, values),
          env,
          scope,
          items,
        );
        break;
      case "send":
        this.#sink(sendInputs(statement), (values) => sendContribution(statement, values), env, scope, items);
        break;
      case "if":
        this.#if(statement, env, scope, items);
        break;
      case "for":
        this.#for(statement, env, scope, items);
        break;
      case "forkv":
        this.#forKeyValue(statement, env, scope, items);
        break;
    }
  }

  #resource(
    statement: TypedResource,
    inputs: readonly TypedExpression[],
    contribute: Contribute,
    env: Environment,
    scope: Scope,
    items: OutputItem[],
  ): void {
    const duplicate = duplicateMeta(statement);
    if (duplicate !== undefined) {
      const message = `resource has duplicate meta entry of: ${duplicate}`;
      items.push(scope.graph.add(new Broken(message, "duplicate-meta", statement.span), scope, []));
      return;
    }
    this.#sink(inputs, contribute, env, scope, items);
  }

  #if(statement: Statement<"if">, env: Environment, scope: Scope, items: OutputItem[]): void {
    const branch = (chosen: boolean, owner: Scope): readonly OutputItem[] => {
      const block = chosen ? statement.consequent : statement.alternative;
      return block === undefined ? [] : this.#region(block, env, owner);
    };
    const condition = this.expressions.build(statement.condition, env, scope);
    if (condition instanceof Constant) {
      for (const item of branch(condition.value === true, scope)) items.push(item);
      return;
    }
    items.push(scope.graph.add(new IfStatementNode(condition, branch), scope, [condition]));
  }

  #for(statement: Statement<"for">, env: Environment, scope: Scope, items: OutputItem[]): void {
    const { index, value, body } = statement;
    const iteration: BuildIteration = (key, element, owner) =>
      this.build(body.block, new Environment(body.region, env, owner, [index, value], [key, element]), owner);
    const list = this.expressions.build(statement.list, env, scope);
    if (!(list instanceof Constant)) {
      items.push(scope.graph.add(new ForNode(list, iteration), scope, [list]));
      return;
    }
    if (!isList(list.value)) return;
    list.value.forEach((element, at) => {
      for (const item of iteration(new Constant(BigInt(at)), new Constant(element), scope)) items.push(item);
    });
  }

  #forKeyValue(statement: Statement<"forkv">, env: Environment, scope: Scope, items: OutputItem[]): void {
    const { key, value, body } = statement;
    const iteration: BuildIteration = (name, element, owner) =>
      this.build(body.block, new Environment(body.region, env, owner, [key, value], [name, element]), owner);
    const map = this.expressions.build(statement.map, env, scope);
    if (!(map instanceof Constant)) {
      items.push(scope.graph.add(new ForKeyValueNode(map, iteration), scope, [map]));
      return;
    }
    if (!(map.value instanceof MapValue)) return;
    for (const [name, element] of map.value.entries()) {
      for (const item of iteration(new Constant(name), new Constant(element), scope)) items.push(item);
    }
  }

  #region({ region, block }: TypedRegionBlock, env: Environment, scope: Scope): readonly OutputItem[] {
    return this.build(block, new Environment(region, env, scope), scope);
  }

  #sink(
    inputs: readonly TypedExpression[],
    contribute: Contribute,
    env: Environment,
    scope: Scope,
    items: OutputItem[],
  ): void {
    const nodes: Node[] = [];
    const values: Value[] = [];
    for (const input of inputs) {
      const node = this.expressions.build(input, env, scope);
      nodes.push(node);
      if (node instanceof Constant) values.push(node.value);
    }
    if (values.length === nodes.length) items.push(new FixedOutput(contribute(values, undefined)));
    else items.push(scope.graph.add(new StatementNode(nodes, contribute), scope, nodes));
  }
}

/** A struct of metaparameters has all of them, so nothing else may set one. */
function duplicateMeta(statement: TypedResource): string | undefined {
  const entries = statement.lines.filter((line) => line.kind === "meta");
  if (entries.length < 2 || entries.every((line) => line.param !== undefined)) return undefined;
  return entries.find((line) => line.param !== undefined)?.param ?? "noop";
}
