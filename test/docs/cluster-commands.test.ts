/**
 * What documents show of clusters is typed as it stands, from top to bottom, on machines of their own: blocks `console lan`
 * on three, blocks `console one` on one. All of it at the same time, for it is waiting above all.
 */
import { setDefaultTimeout } from "bun:test";
import { withLanAndEtcd } from "../cluster/support/needs.ts";
import { documents } from "./support/document.ts";
import { play, sceneriesOf } from "./support/stage.ts";

setDefaultTimeout(180_000);

withLanAndEtcd("clusters do what documents show of them", async () => {
  const plays = documents().flatMap((document) =>
    sceneriesOf(document).map((scenery) => play(document, scenery)),
  );
  const failed = (await Promise.allSettled(plays)).filter((each) => each.status === "rejected");
  if (failed.length > 0) throw new Error(failed.map(({ reason }) => String(reason)).join("\n\n"));
});
