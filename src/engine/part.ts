import type { Sender } from "../../lang/output/resource-graph.ts";
import type { Value } from "../../lang/value.ts";
import type { PlannedNode } from "./graph.ts";
import type { Resource } from "./resource.ts";
import { sameWiring } from "./send-receive.ts";

const nothingTaken: ReadonlyMap<string, Value> = new Map();
export const noFields: ReadonlySet<string> = new Set();
const nobody: readonly Part[] = [];

/** What follows from taking over an equal resource. */
export interface Adoption {
  /** Other senders are to be asked. */
  readonly rewired: boolean;
  /** The parameters are others now. */
  readonly altered: boolean;
}

const asBefore: Adoption = { rewired: false, altered: false };

/**
 * One resource of a vertex, and the values it sends and receives: the resource that the vertex is named after, or a
 * member of its group (engine specification, 5.2), whose work that one does.
 */
export class Part {
  readonly key: string;
  readonly members: readonly Part[];
  /** As the graph has it; replaced by equal ones at swaps. */
  declared: Resource;
  /** With received values in it. */
  current: Resource;
  /** By field: the value that was received last. */
  taken: ReadonlyMap<string, Value> = nothingTaken;
  /** Fields whose received value changed since the last successful check. */
  freshlyTaken: ReadonlySet<string> = noFields;
  /** What it published last. */
  sent: ReadonlyMap<string, Value> | undefined;
  /** What it published in the check that is running. */
  outbox: ReadonlyMap<string, Value> | undefined;

  constructor({ key, resource, members }: Pick<PlannedNode, "key" | "resource" | "members">) {
    this.key = key;
    this.declared = resource;
    this.current = resource;
    this.members = members.length === 0 ? nobody : members.map((member) => new Part(member));
  }

  get receives(): ReadonlyMap<string, Sender> {
    return this.declared.receives;
  }

  /** This one and all its members, and theirs. */
  *parts(): Iterable<Part> {
    yield this;
    for (const member of this.members) yield* member.parts();
  }

  /** Whether it, or any of its members, receives anything. */
  hasReceiver(): boolean {
    return this.receives.size > 0 || this.members.some((member) => member.hasReceiver());
  }

  /** Takes in received values. @param resource with these values in it */
  take(values: ReadonlyMap<string, Value>, resource: Resource): void {
    this.current = resource;
    this.taken = new Map([...this.taken, ...values]);
    this.freshlyTaken = new Set([...this.freshlyTaken, ...values.keys()]);
  }

  /** Takes over an equal resource, with its wiring and its members. Values that are received no more are forgotten. */
  adopt({ resource, members }: PlannedNode): Adoption {
    let rewired = !sameWiring(this.declared.receives, resource.receives);
    this.declared = resource;
    const before = this.taken.size;
    if (before > 0) {
      this.taken = new Map([...this.taken].filter(([field]) => resource.receives.has(field)));
      this.freshlyTaken = new Set([...this.freshlyTaken].filter((field) => resource.receives.has(field)));
    }
    let altered = this.taken.size < before;
    this.current = this.taken.size === 0 ? resource : resource.with(this.taken);
    for (const [index, member] of members.entries()) {
      const adopted = this.members[index]?.adopt(member);
      rewired ||= adopted?.rewired ?? false;
      altered ||= adopted?.altered ?? false;
    }
    return rewired || altered ? { rewired, altered } : asBefore;
  }
}
