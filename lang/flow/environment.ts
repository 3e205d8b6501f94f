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

  /** The environment of the copy of `region` that this one is in. */
  of(region: Region): Environment {
    for (let at: Environment | undefined = this; at !== undefined; at = at.parent) {
      if (at.region === region) return at;
    }
    throw new Error("a name is used outside of the region that it belongs to");
  }

  parameter(parameter: TypedParameter): Node {
    const home = this.of(parameter.region);
    const node = home.#nodes[home.#parameters.indexOf(parameter)];
    if (node === undefined) throw new Error(`parameter ${parameter.name} has no argument`);
    return node;
  }

  /** The node of a bind, for use in `user`. `build` makes it when this is its first use. */
  bind(bind: TypedBind, user: Scope, build: (home: Environment, scope: Scope) => Node): Node {
    return this.of(bind.region).#bind(bind, user, build);
  }

  #bind(bind: TypedBind, user: Scope, build: (home: Environment, scope: Scope) => Node): Node {
    this.#binds ??= new Map();
    const binds = this.#binds;
    let instance = binds.get(bind);
    if (instance === undefined) {
      const scope = this.scope.child();
      instance = new BindInstance(build(this, scope), scope, () => binds.delete(bind));
      binds.set(bind, instance);
    }
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
