/**
 * Sources of the same function with equal constant arguments are one node, however often a program mentions them:
 * one clock ticks for all, and nobody sees two values of it at once.
 */
import type { CoreFunction } from "../core/define.ts";
import { FunctionValue, identity, type Value } from "../value.ts";
import type { Graph } from "./graph.ts";
import type { Node } from "./node.ts";
import type { Owned, Scope } from "./scope.ts";

export class SharedSources {
  readonly #sources = new Map<CoreFunction, Map<string, SharedSource>>();

  /** The node for these arguments, kept while `scope` or another user lives; `build` makes the first. */
  use(fn: CoreFunction, type: string, args: readonly Value[], scope: Scope, build: () => Node): Node {
    let byArguments = this.#sources.get(fn);
    if (byArguments === undefined) {
      byArguments = new Map();
      this.#sources.set(fn, byArguments);
    }
    const known = byArguments;
    const key = [type, ...args.map(identity)].join("\0");
    let shared = known.get(key);
    if (shared === undefined) {
      const node = build();
      scope.graph.adopt(node, 0, []);
      shared = new SharedSource(node, () => known.delete(key));
      known.set(key, shared);
    }
    shared.use(scope);
    return shared.node;
  }
}

/** Function values have no text that tells them apart, so sources that take them are not shared. */
export function canShare(args: readonly Value[]): boolean {
  return !args.some((value) => value instanceof FunctionValue);
}

class SharedSource implements Owned {
  #uses = 0;

  constructor(
    readonly node: Node,
    readonly forget: () => void,
  ) {}

  use(user: Scope): void {
    this.#uses++;
    user.own(this);
  }

  dispose(graph: Graph): void {
    this.#uses--;
    if (this.#uses > 0) return;
    this.forget();
    graph.remove(this.node);
  }

  /** It has no inputs, and nothing takes it away while it is used. */
  keepAbove(): void {}
}
