/** A computation that is known to fail always; it fails only while something live contains it. */
import type { Span } from "../diagnostic.ts";
import { Node } from "./node.ts";
import { type Failure, failureFrom } from "./outcome.ts";

export class Failing extends Node {
  readonly #failure: Failure;

  constructor(error: unknown, span: Span | undefined) {
    super(span);
    this.#failure = failureFrom(error, this);
  }

  /** Whether it stands for nothing but the fallback of a `<|>` around it. */
  get isCatchable(): boolean {
    return !this.#failure.fatal;
  }

  override compute(): Failure {
    return this.#failure;
  }
}
