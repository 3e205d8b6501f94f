/** Where the programs of an agent come from: what it was given, or what is deployed. */
import type { EngineObserver } from "../engine/environment.ts";
import type { Catalogue } from "../resources/catalogue.ts";
import type { HostCounts } from "../world/host-status-store.ts";
import { describeProgram, type ProgramInput } from "./input.ts";
import type { AgentOptions } from "./options.ts";
import { prepareProgram, type Start } from "./program.ts";
import type { Assignment } from "./programs.ts";
import type { Store } from "./store/store.ts";

/** What an agent is up to, in short. */
export interface Condition {
  readonly counts: HostCounts;
  /** A graph has taken effect, and nothing is left to do. */
  readonly settled: boolean;
  /** Undefined if it does not look at convergence. */
  readonly converged: boolean | undefined;
}

/** The part of an agent that those see who give it programs. */
export interface AgentHandle {
  /** See `Programs`. */
  assign(assignment: Assignment): void;
  dismiss(): void;
  /** @returns ends it */
  observe(observer: EngineObserver): () => void;
  condition(): Condition;
}

/** Sees to it that an agent has a program, until the signal fires. */
export type Supply = (agent: AgentHandle, signal: AbortSignal) => void;

/**
 * Checks what there is to check before anything happens.
 * @returns makes the supply, once it is known where the agent works
 * @throws DiagnosticError if a program that was given is not sound; Error if it cannot be published
 */
export async function prepareSupply(
  options: AgentOptions,
  kinds: Catalogue,
): Promise<(prefix: string, store: Store | undefined) => Promise<Supply>> {
  const { programs, program } = options;
  if (programs.kind === "own") {
    const start = await prepareProgram(program, kinds);
    return async (_, store) => {
      const tell = store && (await import("./deploys/supply-deploys.ts")).tellStatus;
      return (agent, signal) => {
        agent.assign(ownAssignment(program, start, options));
        if (store !== undefined) tell?.(store, options, agent, signal);
      };
    };
  }
  const { prepareDeploys } = await import("./deploys/supply-deploys.ts");
  const supply = await prepareDeploys(options, programs, kinds);
  return async (prefix, store) => {
    if (store === undefined) throw new Error("deploys come from a store, and there is none");
    return supply(prefix, store);
  };
}

function ownAssignment(
  program: ProgramInput,
  start: Start,
  { autoedges, autogroup }: AgentOptions,
): Assignment {
  const isLang = program.frontend === "lang";
  return {
    start,
    name: describeProgram(program),
    frontend: program.frontend,
    directory: isLang ? program.directory : "",
    place: isLang ? { directory: program.base } : undefined,
    options: { noop: false, sema: 0, autoedges, autogroup },
  };
}
