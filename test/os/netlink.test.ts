import { expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { NetlinkEvents, NetlinkFamily, netlinkRequest } from "../../src/os/netlink.ts";
import { NetlinkFlag } from "../../src/os/netlink-message.ts";

/** A request for one link, RTM_GETLINK, by its index. */
function getLink(index: number) {
  const body = new Uint8Array(16);
  new DataView(body.buffer).setInt32(4, index, true);
  return { type: 18, flags: 0, body };
}

test("a request is answered with what it asks for", () => {
  const answer = netlinkRequest(NetlinkFamily.route, getLink(1));
  expect(answer.map(({ type, body }) => [type, body[4]])).toEqual([[16, 1]]);
});

test("a dump is answered in full", () => {
  const { type, body } = getLink(0);
  const answer = netlinkRequest(NetlinkFamily.route, { type, flags: NetlinkFlag.dump, body });
  expect(answer.length).toBeGreaterThan(0);
});

test("what the kernel refuses is said with its reason", () => {
  const refused = () => netlinkRequest(NetlinkFamily.route, getLink(2 ** 30));
  expect(refused).toThrow("could not ask the kernel: no such device");
  expect(() => netlinkRequest(200, getLink(1))).toThrow("could not open a netlink socket: ");
});

test("one socket serves all who listen, and goes with the last", async () => {
  const sockets = () => readdirSync("/proc/self/fd").length;
  const listener = { onEvents: () => {}, onLost: () => {}, onBroken: () => {} };
  const events = new NetlinkEvents(NetlinkFamily.route, 1);
  const before = sockets();
  const endings = Array.from({ length: 100 }, () => {
    const ending = new AbortController();
    events.listen({ ...listener }, ending.signal);
    return ending;
  });
  expect(sockets() - before).toBeLessThan(5);
  for (const ending of endings) ending.abort();
  // The run time closes its own copy some time after.
  while (sockets() > before) await new Promise((resolve) => setImmediate(resolve));
});
