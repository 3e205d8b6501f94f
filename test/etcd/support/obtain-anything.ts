/** Obtains etcd into a directory from wherever it can, and prints what came of it. */
import { obtain } from "../../../etcd/obtain.ts";
import { thisTarget } from "../../../etcd/release.ts";

const [cache = ""] = process.argv.slice(2);
try {
  console.log(await obtain({ target: thisTarget(), cache, download: true }));
} catch (error) {
  console.log(error instanceof Error ? error.message : error);
}
