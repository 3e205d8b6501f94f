/**
 * What names mean in one living copy of a region: the nodes of its parameters, and the binds that have been used so
 * far. A bind is built at its first use, shared by all uses, and gone with the last scope that uses it.
 */
import type { Region, TypedBind, TypedParameter } from "../types/typed.ts";
import type { Node } from "./node.ts";
import type { Owned, Scope } from "./scope.ts";

export class Environment {
  readonly #parameters: readonly TypedParameter[];
  readonly #nodes: readonly Node[];
  #binds: Map<TypedBind, BindInstance> | undefined;

  /** @param nodes the nodes of `parameters`, by position */
  constructor(
    readonly region: Region,
    readonly parent: Environment | undefined,
    /** Owns the binds of this copy of the region. */
    readonly scope: Scope,
    parameters: readonly TypedParameter[] = [],
    nodes: readonly Node[] = [],
  ) {
    this.#parameters = parameters;
    this.#nodes = nodes;
  }

  /** The environment of the copy of `region` that this one is in, if it is in one. */
  find(region: Region): Environment | undefined {
    for (let at: Environment | undefined = this; at !== undefined; at = at.parent) {
      if (at.region === region) return at;
    }
    return undefined;
  }

  /** {@link find} for a region that must be there. */
  of(region: Region): Environment {
    const found = this.find(region);
    if (found === undefined) throw new Error("a name is used outside of the region that it belongs to");
    return found;
  }

  parameter(parameter: TypedParameter): Node {
    const home = this.of(parameter.region);
    const node = home.#nodes[home.#parameters.indexOf(parameter)];
    if (node === undefined) throw new Error(`parameter ${parameter.name} has no argument`);
    return node;
  }

  /** Whether a bind of this very region has been built. */
  has(bind: TypedBind): boolean {
    return this.#binds?.has(bind) === true;
  }

  /** Builds a bind of this very region, which must be used before it is time for anything else. */
  define(bind: TypedBind, build: (scope: Scope) => Node): void {
    this.#binds ??= new Map();
    const binds = this.#binds;
    const scope = this.scope.child();
    binds.set(bind, new BindInstance(build(scope), scope, () => binds.delete(bind)));
  }

  /** The node of a bind that has been defined, for use in `user`. */
  use(bind: TypedBind, user: Scope): Node {
    const instance = this.of(bind.region).#binds?.get(bind);
    if (instance === undefined) throw new Error(`variable ${bind.name} is used before it is built`);
    instance.use(user);
    return instance.node;
  }
}

/** Lives as long as a scope that uses it. One that came down to a constant owns nothing and is simply kept. */
class BindInstance implements Owned {
  #uses = 0;

  constructor(
    readonly node: Node,
    readonly scope: Scope,
    readonly forget: () => void,
  ) {}

  use(user: Scope): void {
    if (this.scope.isEmpty) return;
    this.#uses++;
    user.own(this);
  }

  dispose(): void {
    this.#uses--;
    if (this.#uses > 0) return;
    this.forget();
    this.scope.dispose();
  }

  /** Its nodes belong to the scope of its region, not to that of its user. */
  keepAbove(): void {}
}
