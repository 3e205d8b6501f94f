import { expect, test } from "bun:test";
import { followInterfaces, listInterfaces } from "../../src/os/network.ts";
import { withPrograms } from "../support/needs.ts";

interface IpAddress {
  readonly ifindex: number;
  readonly ifname: string;
  readonly flags: readonly string[];
  readonly address?: string;
  readonly addr_info: readonly { readonly local: string; readonly prefixlen: number }[];
}

withPrograms("ip")("interfaces are what ip(8) says they are", () => {
  const said: readonly IpAddress[] = JSON.parse(Bun.spawnSync(["ip", "-j", "addr"]).stdout.toString());
  expect(listInterfaces()).toEqual(
    said.map((each) => ({
      index: each.ifindex,
      name: each.ifname,
      isLoopback: each.flags.includes("LOOPBACK"),
      isUp: each.flags.includes("UP"),
      mac: each.address ?? "",
      addresses: each.addr_info.map(({ local, prefixlen }) => `${local}/${prefixlen}`),
    })),
  );
});

test("all who follow are told at once, whoever came and went before", () => {
  const ending = new AbortController();
  const told: string[] = [];
  const follow = (name: string, ends: AbortSignal) =>
    followInterfaces({
      onInterfaces: () => told.push(name),
      onError: () => told.push("error"),
      signal: ends,
    });
  const first = new AbortController();
  follow("first", first.signal);
  first.abort();
  follow("second", ending.signal);
  follow("third", ending.signal);
  ending.abort();
  follow("never", ending.signal);
  expect(told).toEqual(["first", "second", "third"]);
});
