import { expect, test } from "bun:test";
import { withFreePorts } from "../../../etcd/node/free-ports.ts";
import { freePort } from "../support/server.ts";

test("ports that are taken are replaced, others are not", async () => {
  using other = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
  const taken = `https://127.0.0.1:${other.port}`;
  const [a, b] = [`https://127.0.0.1:${await freePort()}`, `https://127.0.0.1:${await freePort()}`];
  const both = (url: string) => ({ listen: [url], advertise: [url] });
  const { clients, peers, join } = await withFreePorts({
    clients: both(taken),
    peers: both(a),
    join: both(b),
  });
  expect([peers, join]).toEqual([both(a), both(b)]);
  expect(clients.listen).toEqual(clients.advertise);
  expect(clients.listen).not.toEqual([taken]);
  const found = Number(new URL(clients.listen[0] ?? "").port);
  using mine = Bun.listen({ hostname: "127.0.0.1", port: found, socket: { data() {} } });
  expect(mine.port).toBe(found);
});
