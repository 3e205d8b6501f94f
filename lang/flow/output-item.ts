/**
 * A place in the program that puts something out. The live ones form a tree in source order: branches and loop
 * bodies are lists of items, replaced by the nodes that control them. Reading the tree never computes anything.
 */
import type { Contribution } from "../output/contribution.ts";

export interface OutputItem {
  /** Appends what is put out at the moment. */
  collect(into: Contribution[]): void;
}

/** The output of a statement that depends on constants only. */
export class FixedOutput implements OutputItem {
  constructor(readonly contribution: Contribution) {}

  collect(into: Contribution[]): void {
    into.push(this.contribution);
  }
}
