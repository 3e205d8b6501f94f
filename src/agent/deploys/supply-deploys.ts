/** An agent in a cluster: it runs what is deployed, and tells of itself. Loads the client of etcd. */
import { EtcdError } from "../../../etcd/client/error.ts";
import { explainError } from "../../os/errors.ts";
import type { Catalogue } from "../../resources/catalogue.ts";
import type { AgentOptions, ProgramChoice } from "../options.ts";
import type { Store } from "../store/store.ts";
import type { AgentHandle, Supply } from "../supply.ts";
import { type CollectedProgram, collectProgram } from "./collect-program.ts";
import { DeployCache } from "./deploy-cache.ts";
import { DeployFollower } from "./deploy-follower.ts";
import { publishInput } from "./publish.ts";
import { StatusTeller } from "./status-teller.ts";

type DeployedChoice = Exclude<ProgramChoice, { readonly kind: "own" }>;

/** In ms: between two tries to publish a program while the store is away. */
const retryPause = 1000;

/**
 * @returns makes the supply of deployed programs
 * @throws DiagnosticError if the program that is to be published is not sound; Error if it cannot be collected
 */
export async function prepareDeploys(
  options: AgentOptions,
  choice: DeployedChoice,
  kinds: Catalogue,
): Promise<(prefix: string, store: Store) => Supply> {
  const program = choice.kind === "published" ? await collectProgram(options.program, kinds) : undefined;
  return (prefix, store) => (agent, signal) => {
    const { log, hostname: host, autoedges, autogroup } = options;
    const teller = tellStatus(store, options, agent, signal);
    const { deploys, files } = store.world;
    const begin = program && publish(program, store, options, prefix, signal);
    const follower = new DeployFollower(
      {
        ...{ host, prefix, deploys, files, kinds, choice, autoedges, autogroup, agent, log },
        cache: new DeployCache(prefix),
        report: (status) => teller.setDeploy(status),
        ...(begin === undefined ? {} : { begin }),
      },
      signal,
    );
    follower.start();
  };
}

/** Has all hosts know what an agent is up to, until the signal fires. */
export function tellStatus(
  store: Store,
  { hostname: host, version, log }: AgentOptions,
  agent: AgentHandle,
  signal: AbortSignal,
): StatusTeller {
  return new StatusTeller({ store: store.world.statuses, host, version, agent, log }, signal);
}

/** Settles when the program is published, or is not going to be, which is logged. */
async function publish(
  program: CollectedProgram,
  { world }: Store,
  { hostname: createdBy, noop, sema, autoedges: autoEdges, autogroup: autoGroup, log }: AgentOptions,
  prefix: string,
  signal: AbortSignal,
): Promise<void> {
  const details = {
    createdBy,
    options: { noop, sema: sema > 0 ? sema : undefined, autoEdges, autoGroup },
  };
  while (!signal.aborted) {
    try {
      await publishInput(world, program, details, { prefix, log });
      return;
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof EtcdError) || !error.isTransient) {
        log("error", "deploy", `cannot publish the program: ${explainError(error)}`);
        return;
      }
      await Bun.sleep(retryPause);
    }
  }
}
