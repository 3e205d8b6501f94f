/** A resource of a branch or loop body that sets a metaparameter twice; an error while it is live. */
import type { Span } from "../diagnostic.ts";
import { Node } from "./node.ts";
import { Failure } from "./outcome.ts";
import type { OutputItem } from "./output-item.ts";

export class Broken extends Node implements OutputItem {
  constructor(
    readonly message: string,
    span: Span,
  ) {
    super(span);
  }

  override get isSink(): boolean {
    return true;
  }

  override compute(): Failure {
    return new Failure(this.message, this, true, "duplicate-meta");
  }

  /** Nothing is ever published while it lives. */
  collect(): void {}
}
