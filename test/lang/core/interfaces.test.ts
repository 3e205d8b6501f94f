/** What programs see of network interfaces, in network namespaces whose interfaces come, change and go. */
import { describe, expect, test as plainTest } from "bun:test";
import type { Host, NetworkInterface } from "../../../lang/host.ts";
import { MapValue } from "../../../lang/value.ts";
import { SourceInNamespace } from "../../support/namespace.ts";
import { asRootWith } from "../../support/needs.ts";
import { Emissions, hostIn } from "./call.ts";

const test = asRootWith("unshare", "ip", "sh");

/** A namespace with a network of its own, and room in /sys to say which interfaces are wireless. */
function follow(...source: string[]): SourceInNamespace {
  return new SourceInNamespace(["--net", "--mount"], "mount -t tmpfs none /sys/class/net", source);
}

function pair(name: string, mac: string): string {
  return `ip link add name ${name} address ${mac} type veth peer name ${name}-peer address ${mac.replace(/^02/, "06")}`;
}

test("net.macs follows interfaces that come, change and go", async () => {
  await using macs = follow("net.macs");
  expect(await macs.next()).toBe("[]");
  macs.run(pair("wan", "02:00:00:00:00:01"));
  await macs.until('["06:00:00:00:00:01", "02:00:00:00:00:01"]');
  macs.run("ip link set wan address 02:00:00:00:00:02");
  await macs.until('["06:00:00:00:00:01", "02:00:00:00:00:02"]');
  macs.run("ip link del wan");
  await macs.until("[]");
});

test("net.wired_interface prefers what is up, and passes over what is wireless", async () => {
  await using wired = follow("net.wired_interface");
  expect(await wired.next()).toBe("FatalError: there is no wired network interface");
  wired.run(
    `mkdir -p /sys/class/net/wlan/wireless /sys/class/net/wlan-peer/wireless; ${pair("wlan", "02:00:00:00:00:01")}`,
  );
  wired.run(pair("wan", "02:00:00:00:00:02"));
  await wired.until('"wan-peer"');
  wired.run("ip link set wlan up; ip link set wan up");
  await wired.until('"wan"');
  wired.run("ip link del wan");
  await wired.until("FatalError: there is no wired network interface");
});

test("net.interface_cidr follows the addresses of one interface", async () => {
  await using cidr = follow("net.interface_cidr", "wan");
  expect(await cidr.next()).toBe('FatalError: there is no network interface "wan"');
  cidr.run(pair("wan", "02:00:00:00:00:01"));
  await cidr.until('FatalError: network interface "wan" has no IPv4 address that other machines could reach');
  cidr.run(
    "ip addr add 169.254.1.1/16 dev wan; ip addr add 2001:db8::1/64 dev wan; ip addr add 10.1.2.3/24 dev wan",
  );
  await cidr.until('"10.1.2.3/24"');
  cidr.run("ip addr add 192.0.2.1 peer 192.0.2.9/30 dev wan; ip addr del 10.1.2.3/24 dev wan");
  await cidr.until('"192.0.2.1/30"');
  cidr.run("ip link set wan name other");
  await cidr.until('FatalError: there is no network interface "wan"');
});

test("a flood of changes that the kernel cannot keep is caught up with", async () => {
  await using cidr = follow("net.interface_cidr", "lo");
  expect(await cidr.next()).toBe(
    'FatalError: network interface "lo" has no IPv4 address that other machines could reach',
  );
  // The program that follows runs this itself, so that it cannot read meanwhile.
  const thereAndBack = "addr add 10.8.8.8/32 dev lo\\naddr del 10.8.8.8/32 dev lo\\n";
  cidr.run(`printf '${thereAndBack}%.0s' $(seq 1000) | ip -batch -; ip addr add 10.9.9.9/32 dev lo`);
  await cidr.until('"10.9.9.9/32"');
  cidr.run("ip addr add 10.9.9.8/32 dev lo; ip addr del 10.9.9.9/32 dev lo");
  await cidr.until('"10.9.9.8/32"');
});

test("the kernel's events of a subsystem come from netlink", async () => {
  await using events = follow("kernel", "net");
  expect(await events.next()).toBe("ready");
  events.run(pair("wan", "02:00:00:00:00:01"));
  await events.until("event");
});

describe("util.hostname_mapper", () => {
  const names = new MapValue([
    ["02:00:00:00:00:01", "one"],
    ["02:00:00:00:00:02", "two"],
    ["02:00:00:00:00:03", ""],
    ["02:00:00:00:00:04", "one"],
    ["00:00:00:00:00:00", "loopback"],
  ]);
  const real = hostIn("UTC");

  function withMacs(...macs: string[]): Host {
    const interfaces = ["00:00:00:00:00:00", ...macs].map(
      (mac, index): NetworkInterface => ({
        name: `i${index}`,
        isLoopback: index === 0,
        isUp: true,
        mac,
        addresses: [],
      }),
    );
    const follow: Host["network"]["follow"] = (onInterfaces) => {
      onInterfaces(interfaces);
      return () => {};
    };
    return { ...real, network: { follow } };
  }

  const rows: [macs: string[], expected: string][] = [
    [[], ""],
    [["02:00:00:00:00:09"], ""],
    [["02:00:00:00:00:03", "02:00:00:00:00:02"], "two"],
    [["02:00:00:00:00:01", "02:00:00:00:00:04"], "one"],
    [
      ["02:00:00:00:00:01", "02:00:00:00:00:02"],
      'FatalError: this machine has several host names: "one", "two"',
    ],
  ];
  plainTest.each(rows)("%j", async (macs, expected) => {
    const mapped = new Emissions("util.hostname_mapper", [names], withMacs(...macs));
    expect(await mapped.next()).toBe(expected);
  });
});
