import type { StandardOutputQueue } from "../os/standard-output.ts";
import type { Catalogue } from "../resources/catalogue.ts";
import type { GraphPicture } from "./graph-picture.ts";
import type { Metrics } from "./metrics/metrics.ts";
import type { AgentOptions } from "./options.ts";
import { ReversalFiles } from "./reversal-files.ts";
import { createChangePrinter } from "./show-change.ts";

/** What an agent works with beside its options. What nobody has asked for is not there, and its code is not loaded. */
export interface Equipment extends Disposable {
  readonly reversals: ReversalFiles;
  readonly show: Awaited<ReturnType<typeof createChangePrinter>> | undefined;
  readonly metrics: Metrics | undefined;
  readonly picture: GraphPicture | undefined;
}

/**
 * @param changes takes what is shown of changes
 * @throws Error naming cause and cure if something cannot be had
 */
export async function equip(
  options: AgentOptions,
  prefix: string,
  kinds: Catalogue,
  changes: StandardOutputQueue,
): Promise<Equipment> {
  const show = options.diff ? await createChangePrinter((text) => changes.add(text)) : undefined;
  const picture = await createPicture(options);
  const reversals = await ReversalFiles.open(prefix, kinds, options.log);
  // Last, for from then on there is something to be stopped.
  const { metrics, stop } = await serveMetrics(options, kinds);
  return { reversals, show, metrics, picture, [Symbol.dispose]: stop };
}

async function serveMetrics(
  { metrics: address, version, log }: AgentOptions,
  kinds: Catalogue,
): Promise<{ readonly metrics: Metrics | undefined; stop(): void }> {
  if (address === undefined) return { metrics: undefined, stop: () => {} };
  const [{ Metrics }, { serveMetrics }] = await Promise.all([
    import("./metrics/metrics.ts"),
    import("./metrics/metrics-server.ts"),
  ]);
  const metrics = new Metrics(kinds.names, version);
  return { metrics, stop: serveMetrics(metrics, address, log) };
}

async function createPicture({ graphviz, hostname, log }: AgentOptions): Promise<GraphPicture | undefined> {
  if (graphviz === undefined) return undefined;
  const { GraphPicture } = await import("./graph-picture.ts");
  return new GraphPicture({ ...graphviz, hostname, environment: process.env, log });
}
