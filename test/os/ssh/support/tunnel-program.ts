/**
 * `PORT USER HOME SEED DIRECTORY`: reads and writes a store through SSH; compiled and run where no package is in sight.
 * It lets what it started end it.
 */
import { EtcdClient } from "../../../../etcd/client/client.ts";
import { parseSshTarget } from "../../../../src/os/ssh/target.ts";
import { tunnelSeeds } from "../../../../src/os/ssh/tunnels.ts";

const [port = "", user = "", home = "", seed = "", directory = ""] = process.argv.slice(2);
const target = parseSshTarget(`ssh://${user}@localhost:${port}`);
if ("flaw" in target) throw new Error(target.flaw);
try {
  const tunnels = await tunnelSeeds({
    access: { target, hostKey: undefined, identityFile: undefined },
    seeds: [seed],
    directory,
    signal: new AbortController().signal,
    surroundings: { home, systemDirectory: "/nowhere", agentSocket: undefined },
  });
  const client = new EtcdClient({ endpoints: tunnels.endpoints, timeout: 3000 });
  await client.set("/key", Buffer.from("told"));
  console.log(Buffer.from((await client.get("/key"))?.value ?? []).toString());
  client.close();
  await tunnels.close();
} catch (error) {
  console.log(String(error));
}
