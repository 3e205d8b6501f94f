/**
 * Runs a server, and prints what happens to it, an event of JSON on each line. SIGTERM stops it.
 * Arguments: directory, path of the program, its version.
 */
import { EtcdServer } from "../../../etcd/server/etcd-server.ts";
import { replaceFile } from "../../../src/os/atomic-file.ts";
import { tryLock } from "../../../src/os/lock.ts";

const ending = new AbortController();
process.once("SIGTERM", () => ending.abort());

const [directory = "", path = "", version = ""] = process.argv.slice(2);
try {
  await EtcdServer.start({
    directory,
    program: { path, version },
    files: { replaceFile, tryLock },
    name: "one",
    cluster: { token: "test", state: "new" },
    onEvent: (event) => console.log(JSON.stringify(event)),
    signal: ending.signal,
    timings: { probe: 200, firstDelay: 10, readyPoll: 20 },
  });
} catch (error) {
  console.log(JSON.stringify({ type: "refused", reason: error instanceof Error ? error.message : error }));
}
