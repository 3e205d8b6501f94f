/**
 * Takes snapshots of the server at a URL into a directory, and prints what happens, an event of JSON on each line; tries
 * again each 50 ms. Arguments: URL, directory, how many bytes are to be left free.
 */
import { EtcdClient } from "../../../etcd/client/client.ts";
import { Maintenance } from "../../../etcd/client/maintenance.ts";
import { runSnapshots } from "../../../etcd/snapshot/schedule.ts";

const [url = "", directory = "", spare = "0"] = process.argv.slice(2);
const client = new EtcdClient({ endpoints: [url] });
await runSnapshots(
  {
    maintenance: new Maintenance(client.connection),
    directory,
    spare: Number(spare),
    retry: 50,
    onEvent(event) {
      const told = event.type === "failed" ? { reason: event.error.message } : { path: event.snapshot.path };
      console.log(JSON.stringify({ type: event.type, ...told }));
    },
  },
  new AbortController().signal,
);
