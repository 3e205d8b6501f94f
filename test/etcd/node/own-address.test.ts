import { expect, test } from "bun:test";
import { ownAddress } from "../../../etcd/node/own-address.ts";
import { freePort } from "../support/server.ts";

test("who answers on this machine is known to be there", async () => {
  using other = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
  const nobody = `https://127.0.0.1:${await freePort()}`;
  expect(await ownAddress([nobody, `https://127.0.0.1:${other.port}`])).toEqual({
    address: "127.0.0.1",
    isSameMachine: true,
  });
  expect(await ownAddress([nobody])).toBeUndefined();
});
