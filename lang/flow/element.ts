/**
 * One element of a collection that a control node walks over: the control node puts the value in, and only a changed
 * one wakes the body that reads it.
 */
import { equal, type Value } from "../value.ts";
import type { Graph } from "./graph.ts";
import { Node } from "./node.ts";

export class Element extends Node {
  constructor(public value: Value) {
    super(undefined);
  }

  set(value: Value, graph: Graph): void {
    if (equal(this.value, value)) return;
    this.value = value;
    graph.enqueue(this);
  }

  override compute(): Value {
    return this.value;
  }
}
