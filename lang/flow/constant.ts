/**
 * A value that never changes. Not a node of the graph: it has no edges, is owned by no scope and costs no tick, so
 * one may be shared by all that need it.
 */
import type { Value } from "../value.ts";
import { Node } from "./node.ts";

export class Constant extends Node {
  /** Below every node of the graph: nobody links to a constant. */
  override height = -1;

  constructor(readonly value: Value) {
    super(undefined);
    this.outcome = value;
  }

  override compute(): Value {
    return this.value;
  }

  override dispose(): void {}

  override keepAbove(): void {}
}
