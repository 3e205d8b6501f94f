/** Makes hosts, starts something on each, prints which namespaces they are as JSON, and stays, until it is killed. */
import { Lan } from "./lan.ts";
import { namespaceOf } from "./process-table.ts";

const lan = await Lan.create({ hosts: ["h1", "h2"] });
const namespaces = await Promise.all(
  lan.hosts.map(async (host) => {
    await host.fillDisk();
    const stopped = await host.spawn(["sleep", "1000"]);
    stopped.pause();
    // What has left its parent, and what has a session of its own.
    await host.shell("(setsid sleep 1000 & sleep 1000 &) >/dev/null 2>&1");
    const kinds = ["pid", "net", "mnt"] as const;
    return kinds.map((kind) => [kind, namespaceOf(stopped.pid, kind)]);
  }),
);
console.log(JSON.stringify(namespaces.flat()));
setInterval(() => {}, 1000);
