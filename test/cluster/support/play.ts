/** Several disasters for one cluster, which takes ten seconds to be made. */
import { afterAll } from "bun:test";
import { acknowledgedWrites, type Cluster, everyChildHasParent, startCluster } from "./cluster.ts";
import type { Host } from "./host.ts";
import { Lan } from "./lan.ts";
import { withLanAndEtcd } from "./needs.ts";
import { Site } from "./site.ts";

/** In ms: what a disaster may take. */
const limit = 120_000;

export interface Stage {
  readonly lan: Lan;
  readonly cluster: Cluster;
  readonly site: Site;
  /** By number, from 1. */
  host(number: number): Host;
}

export interface StageOptions {
  readonly hosts: number;
  /** How many of them are servers of the cluster at the beginning; all if not given. */
  readonly servers?: number;
  /** See `Lan`. */
  readonly disk?: number;
}

/** Between these, all must be as it was at first. */
type Scene = (stage: Stage) => Promise<void>;

/**
 * Makes a `test` whose tests share a cluster that keeps a {@link Site}. Meanwhile keys are written. After each, the site must hold, and no
 * write that was acknowledged may be lost. A test that fails does not spoil those after it: they get a new cluster.
 */
export function onStage({
  hosts,
  servers = hosts,
  disk,
}: StageOptions): (title: string, scene: Scene) => void {
  let stage: (Stage & AsyncDisposable) | undefined;
  const raise = async (): Promise<Stage & AsyncDisposable> => {
    const names = Array.from({ length: hosts }, (_, index) => `h${index + 1}`);
    const lan = await Lan.create({ hosts: names, ...(disk === undefined ? {} : { disk }) });
    try {
      const cluster = await startCluster(lan, servers);
      return {
        lan,
        cluster,
        site: await Site.deploy(cluster),
        host: (number) => lan.host(`h${number}`),
        [Symbol.asyncDispose]: () => lan[Symbol.asyncDispose](),
      };
    } catch (error) {
      await lan[Symbol.asyncDispose]();
      throw error;
    }
  };
  afterAll(async () => stage?.[Symbol.asyncDispose]());
  return (title, scene) =>
    withLanAndEtcd(
      title,
      async () => {
        stage ??= await raise();
        const { cluster, site } = stage;
        try {
          await site.holds();
          await using writes = acknowledgedWrites(cluster.store());
          await writes.more(3);
          await scene(stage);
          await writes.more(3);
          await writes.verify();
          await site.holds(cluster.running);
          await site.repairs(cluster.running);
          await everyChildHasParent(...cluster.running);
        } catch (error) {
          await stage[Symbol.asyncDispose]();
          stage = undefined;
          throw error;
        }
      },
      limit,
    );
}
