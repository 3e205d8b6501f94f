import { explainError } from "../../os/errors.ts";
import type { Log } from "../../os/log.ts";
import type { EtcdWorld } from "../../world/etcd-world.ts";
import { pruneDeploys } from "./prune.ts";

/** How many deploys are kept. */
const kept = 20;

/** In ms: the first time, and between two times. */
const [first, interval] = [3_600_000, 86_400_000];

/**
 * Removes old deploys each day.
 * @param isDue asked each time: whether it is up to this node
 * @returns ends that
 */
export function pruneDaily(world: EtcdWorld, isDue: () => boolean, log: Log): () => void {
  let timer = setTimeout(prune, first);
  function prune(): void {
    timer = setTimeout(prune, interval);
    if (!isDue()) return;
    pruneDeploys(world, kept, "keep").then(
      ({ deploys }) => {
        if (deploys > 0) log("info", "deploy", `removed ${deploys} old deploys`);
      },
      (error: unknown) => log("warn", "deploy", `cannot remove old deploys: ${explainError(error)}`),
    );
  }
  return () => clearTimeout(timer);
}
