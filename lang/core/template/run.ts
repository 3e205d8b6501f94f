/** What one execution of a template keeps. */
import { byteLength, joinText, quote } from "../../bytes.ts";
import { CatchableError } from "../define.ts";
import { checkSize, LARGEST_SIZE } from "../support/limits.ts";
import { type Node, show } from "./ast.ts";
import { TemplateExecutionError } from "./errors.ts";
import { MAIN } from "./token-reader.ts";
import type { TemplateValue } from "./value.ts";

/** One execution: what is written, and where it stands. */
export class Run {
  readonly #parts: string[] = [];
  #size = 0;
  /** The innermost template that runs. */
  frame: Frame | undefined;
  /** How many templates have called another one that still runs. */
  depth = 0;

  constructor(readonly text: string) {}

  /** @throws FatalError if the output becomes too large */
  write(text: string): void {
    this.#size += text.length;
    if (this.#size > LARGEST_SIZE) checkSize(BigInt(this.#size));
    this.#parts.push(text);
  }

  get output(): string {
    return joinText(this.#parts);
  }
}

/** One template that runs: its variables, and the node that messages blame. */
export class Frame {
  node: Node | undefined;
  readonly #slots: (TemplateValue | undefined)[];

  constructor(
    readonly run: Run,
    readonly name: string,
    slots: number,
    data: TemplateValue,
  ) {
    this.#slots = new Array<TemplateValue | undefined>(slots);
    this.#slots[0] = data;
  }

  /** Undefined if it has no value yet. */
  get(slot: number): TemplateValue | undefined {
    return this.#slots[slot];
  }

  set(slot: number, value: TemplateValue): void {
    this.#slots[slot] = value;
  }

  /** @throws TemplateExecutionError that blames the current node */
  fail(message: string, cause?: unknown): never {
    const { node, name, place } = this;
    const blamed = node === undefined ? "" : `executing ${quote(name)} at <${show(node)}>: `;
    throw new TemplateExecutionError(
      `template: ${place}: ${blamed}${message}`,
      cause instanceof CatchableError,
    );
  }

  /** Where the current node stands, for messages. */
  get place(): string {
    return this.node === undefined ? MAIN : `${MAIN}:${this.#position(this.node.at)}`;
  }

  /** Line, counted from 1, and bytes before the offset on it. */
  #position(at: number): string {
    const before = this.run.text.slice(0, at);
    const lineStart = before.lastIndexOf("\n") + 1;
    const line = before.split("\n").length;
    return `${line}:${byteLength(before.slice(lineStart))}`;
  }
}
