import type { EngineEnvironment } from "./environment.ts";
import type { Part } from "./part.ts";
import type { Behavior, Context, Member, Resource } from "./resource.ts";
import type { Runner } from "./runner.ts";
import { makeVardir } from "./vardir.ts";
import type { Vertex } from "./vertex.ts";
import type { Watching } from "./watching.ts";

const nobody: readonly Member[] = [];

/** What contexts lead to. */
export interface ContextLinks {
  readonly environment: EngineEnvironment;
  readonly runner: Runner;
  readonly watching: Watching;
  /** The other resources of the kind in the running graph. */
  peersOf(vertex: Vertex): readonly Resource[];
}

/**
 * What a running resource may use. Kinds take it apart and hand its functions around, so each is a function of its own;
 * but it is made when it is asked for, for most of thousands of resources use two or three of them.
 */
export class VertexContext implements Context {
  readonly #links: ContextLinks;
  readonly #vertex: Vertex;
  readonly #part: Part;

  /** @param part the resource of the vertex, or a member of its group */
  constructor(links: ContextLinks, vertex: Vertex, part: Part) {
    this.#links = links;
    this.#vertex = vertex;
    this.#part = part;
  }

  get kind(): string {
    return this.#part.declared.kind;
  }

  get name(): string {
    return this.#part.declared.name;
  }

  get hostname(): string {
    return this.#links.environment.hostname;
  }

  get world(): Context["world"] {
    return this.#links.environment.world;
  }

  get current(): Context["current"] {
    return () => this.#part.current;
  }

  get log(): Context["log"] {
    return (message) => this.#links.environment.log("info", this.#part.key, message);
  }

  get vardir(): Context["vardir"] {
    return () => makeVardir(this.#links.environment.prefix, this.kind, this.name);
  }

  get send(): Context["send"] {
    return (values) => this.#links.runner.send(this.#vertex, this.#part, values);
  }

  get changed(): Context["changed"] {
    return () => this.#links.watching.event(this.#vertex);
  }

  get peers(): Context["peers"] {
    return () => {
      this.#vertex.usesPeers = true;
      return this.#links.peersOf(this.#vertex);
    };
  }

  get exit(): Context["exit"] {
    return (code) => this.#links.environment.exit(code);
  }

  get members(): readonly Member[] {
    const { members } = this.#part;
    return members.length === 0 ? nobody : members.map((member) => this.#memberOf(member));
  }

  #memberOf(part: Part): Member {
    const context = new VertexContext(this.#links, this.#vertex, part);
    const { kind, name, current, log } = context;
    return {
      kind,
      name,
      current,
      log,
      received: () => part.freshlyTaken,
      open: (): Behavior | Promise<Behavior> => part.current.open(context),
    };
  }
}
