/** What an agent is asked to do. */
import type { Log } from "../os/log.ts";
import type { ProgramInput } from "./input.ts";
import type { ListenAddress } from "./metrics/listen-address.ts";
import type { PrefixOptions } from "./prefix.ts";
import type { NodeChoice } from "./store/node-choice.ts";

export interface AgentOptions {
  /** Of mgmt. */
  readonly version: string;
  readonly program: ProgramInput;
  /** How it comes to what hosts share; undefined: this machine is alone. */
  readonly store: NodeChoice | undefined;
  /** Which programs it runs. Without a store, its own. */
  readonly programs: ProgramChoice;
  /** The name of this node (cluster specification, 2.2). */
  readonly hostname: string;
  /** Where it works. */
  readonly prefix: PrefixOptions;
  readonly log: Log;
  /** Apply the graph until nothing is left to do, then end. */
  readonly once: boolean;
  /** Change nothing, ever. */
  readonly noop: boolean;
  /** Print what changes on standard output. */
  readonly diff: boolean;
  /** Where the report goes; `-` is standard output. */
  readonly report: string | undefined;
  /** A semaphore of this size around every resource; 0 for none. */
  readonly sema: number;
  readonly autoedges: boolean;
  readonly autogroup: boolean;
  /** Seconds of quiet that count as convergence; negative: convergence is not looked at. */
  readonly convergerTimeout: number;
  readonly convergedExit: boolean;
  /** Gets a line `true` or `false` at each change of the converged state. */
  readonly convergerStatusFile: string | undefined;
  /** Where metrics are served; undefined: nowhere. */
  readonly metrics: ListenAddress | undefined;
  /** The running graph is drawn into this file, and into a picture by this program. */
  readonly graphviz: { readonly file: string; readonly filter: string } | undefined;
  /** Makes the engine check that it keeps its own promises, and end with an error if it does not. */
  readonly checkInvariants: boolean;
  /** Seconds after which the agent ends with an error; 0 for no limit. */
  readonly maxRuntime: number;
}

export type ProgramChoice =
  /** `program`, on this host alone. */
  | { readonly kind: "own" }
  /** What is deployed. */
  | ({ readonly kind: "deployed" } & DeployChoice)
  /** The same; before that, `program` becomes a deploy, unless this node has published it before. */
  | ({ readonly kind: "published" } & DeployChoice);

export interface DeployChoice {
  /** Deploys that are there already do not count. */
  readonly onlyNewer: boolean;
  /** Keep to the first that can be run. */
  readonly onlyFirst: boolean;
}
