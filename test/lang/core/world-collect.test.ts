import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Host } from "../../../lang/host.ts";
import { print } from "../../../lang/value.ts";
import { createHost } from "../../../src/agent/host.ts";
import { localWorld } from "../../../src/world/local.ts";
import type { World } from "../../../src/world/world.ts";
import { Emissions } from "./call.ts";

let prefix: string;
let world: World;
let host: Host;
const ends = new AbortController();

beforeEach(() => {
  prefix = mkdtempSync(join(tmpdir(), "mgmt-collect-"));
  world = localWorld(prefix);
  host = createHost({ hostname: "h1", log: () => {}, signal: ends.signal, world });
});
afterEach(() => rmSync(prefix, { recursive: true, force: true }));

const record = (name: string, to: string) => ({
  kind: "file",
  name,
  from: "h2",
  to,
  fields: new Map(),
  meta: new Map(),
});

test("res gives names and hosts of what is for this node, as it changes", async () => {
  const emissions = new Emissions("world/collect.res", ["file"], host);
  expect(print(await emissions.next())).toBe("[]");
  await world.exports.put(record("/other", "h3"));
  await world.exports.put(record("/b", "h1"));
  await world.exports.put(record("/a", "*"));
  expect(print(await emissions.next())).toBe('[struct{name: "/b"; host: "h2"}]');
  expect(print(await emissions.next())).toBe(
    '[struct{name: "/a"; host: "h2"}, struct{name: "/b"; host: "h2"}]',
  );
  emissions.close();
});

test("res of a kind that there is not is fatal", async () => {
  const emissions = new Emissions("world/collect.res", ["fle"], host);
  expect(await emissions.next()).toBe("FatalError: there is no resource kind `fle`");
});

test("a host without a store has nothing to collect", async () => {
  const alone = createHost({ hostname: "h1", log: () => {}, signal: ends.signal });
  expect(print(await new Emissions("world/collect.res", ["file"], alone).next())).toBe("[]");
});
