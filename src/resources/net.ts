import { parseAddress, parseCidr } from "../../lang/core/support/ip-address.ts";
import type { Value } from "../../lang/value.ts";
import { declareKind } from "./define.ts";
import { isIpv4 } from "./rules/address.ts";
import { memberDifference } from "./rules/members.ts";

export const net = declareKind({
  kind: "net",
  summary: "Sets up a network interface: whether it is up, its addresses and the default route.",
  notes: [
    "The name of the resource is that of the interface. The same is written to `/etc/systemd/network/mgmt-NAME.network`, for systemd-networkd to find after the next boot.",
    "With Meta:reverse, an interface that was brought up goes down when the resource leaves, and the other way around.",
  ].join("\n\n"),
  params: { state: "str = ''", "addrs?": "str[]", gateway: "str = ''", "ip_forward?": "bool" },
  about: {
    state: "`up` or `down`; empty leaves it alone.",
    addrs:
      "All addresses, each with the length of its prefix: `192.0.2.7/24`. Others are removed, IPv6 link-local ones are not; unset leaves all alone.",
    gateway: "IPv4 address of the default route of this interface; empty leaves it alone.",
    ip_forward: "Whether to forward packets, as systemd-networkd is to set it up.",
  },
  constants: { state: { up: "up", down: "down", undefined: "" } },
  example: `net "eth1" {
	state => $const.res.net.state.up,
	addrs => ["192.0.2.7/24"],
	gateway => "192.0.2.1",
}
`,
  validate(_name, { state, addrs = [], gateway }) {
    if (!["up", "down", ""].includes(state)) return "state must be up, down or empty";
    const wrong = addrs.findIndex((each) => parseCidr(each, true) === undefined);
    if (wrong >= 0) {
      const where = addrs.length === 1 ? "addr" : `addrs[${wrong}]`;
      const cause = parseAddress(addrs[wrong] ?? "") === undefined ? "is no address" : "lacks its prefix";
      return `error parsing ${where}: ${addrs[wrong]} ${cause}, such as 192.0.2.7/24`;
    }
    return gateway === "" || isIpv4(gateway) ? undefined : `error parsing gateway: ${gateway}`;
  },
  uncompared: ["addrs"],
  difference: (mine, theirs) => memberDifference("addrs", mine.addrs, theirs.addrs),
  reversal(_name, { state, addrs, gateway, ip_forward }) {
    const opposite = { up: "down", down: "up" }[state] ?? "";
    return new Map<string, Value>([
      ["state", opposite],
      ["gateway", gateway],
      ...(addrs === undefined ? [] : ([["addrs", addrs]] as const)),
      ...(ip_forward === undefined ? [] : ([["ip_forward", ip_forward]] as const)),
    ]);
  },
});
