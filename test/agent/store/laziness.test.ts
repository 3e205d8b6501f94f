/** What a machine alone does not need is not loaded. */
import { expect, test } from "bun:test";
import { join } from "node:path";

test("an agent without a store loads no client of one", async () => {
  const agent = join(import.meta.dir, "..", "..", "..", "src", "agent", "agent.ts");
  const script = `await import(${JSON.stringify(agent)});
console.log([...Loader.registry.keys()].filter((path) => /etcd3|grpc|etcd.client/.test(path)).join("\\n"));`;
  const { stdout, success } = Bun.spawnSync([process.execPath, "-e", script]);
  expect(success).toBe(true);
  expect(stdout.toString().trim()).toBe("");
});
