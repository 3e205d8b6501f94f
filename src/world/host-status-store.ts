import type { Listener } from "./listener.ts";

/**
 * How far a host is with a deploy:
 * - waiting: there is none for it
 * - fetched: its files are there
 * - compiling: it is being checked and started, and has no graph yet
 * - running: its graph is in force
 * - cached: likewise, by the copy of the host, for the store has not answered
 * - failed: it cannot be run; what was running before goes on
 */
export type DeployProgress = "waiting" | "fetched" | "compiling" | "running" | "cached" | "failed";

/** What a host does about deploys. */
export interface DeployStatus {
  /** The deploy that this is about, the newest that the host has looked at; undefined for none. */
  readonly id: number | undefined;
  readonly state: DeployProgress;
  /** Why it failed. */
  readonly message: string | undefined;
  /** The deploy whose graph is in force; undefined for none. */
  readonly inForce: number | undefined;
}

/** How many resources of the graph in force there are, and came to what. */
export interface HostCounts {
  readonly resources: number;
  readonly changed: number;
  readonly failed: number;
  readonly blocked: number;
}

/** What an agent tells all hosts of itself. */
export interface HostStatus {
  /** Of mgmt. */
  readonly version: string;
  /** Undefined for an agent that runs a program of its own. */
  readonly deploy: DeployStatus | undefined;
  /** Undefined for an agent that does not look at convergence. */
  readonly converged: boolean | undefined;
  /** There is a graph, and nothing is left to do about it. */
  readonly settled: boolean;
  readonly counts: HostCounts;
  /** When the deploy came to be in its state, or the agent was started. In ISO 8601. */
  readonly since: string;
}

/** What agents tell of themselves. What an agent tells ends with it. */
export interface HostStatusStore {
  /** @throws what the store throws; it is told when the store can be reached again */
  report(host: string, status: HostStatus): Promise<void>;
  /** All that live, by their names. @throws what the store throws */
  list(): Promise<ReadonlyMap<string, HostStatus>>;
  /** Tells of all that live, at each change. */
  follow(listener: Listener<ReadonlyMap<string, HostStatus>>, signal: AbortSignal): void;
}
