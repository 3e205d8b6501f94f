/** A statement that cannot be built, in a body that exists at run time only: an error while it is live. */
import type { Span } from "../diagnostic.ts";
import { Node } from "./node.ts";
import { Failure } from "./outcome.ts";
import type { OutputItem } from "./output-item.ts";

export class Broken extends Node implements OutputItem {
  constructor(
    readonly message: string,
    readonly code: string,
    span: Span,
  ) {
    super(span);
  }

  override get isSink(): boolean {
    return true;
  }

  override compute(): Failure {
    return new Failure(this.message, this, true, this.code);
  }

  /** Nothing is ever published while it lives. */
  collect(): void {}
}
