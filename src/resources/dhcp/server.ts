import { parseAddress } from "../../../lang/core/support/ip-address.ts";
import { declareKind } from "../define.ts";
import { isIpv4, listenAddressFlaw, splitHostPort } from "../rules/address.ts";
import { parseDuration } from "../rules/duration.ts";
import { bootUrlFlaw } from "./boot-url.ts";

export const dhcpServer = declareKind({
  kind: "dhcp:server",
  summary: "Gives out IPv4 addresses over DHCP: those of the `dhcp:host` and `dhcp:range` that belong to it.",
  notes: "It does not serve with Meta:poll.",
  params: {
    address: "str = ''",
    interface: "str = ''",
    "serverid?": "str",
    "leasetime?": "str",
    "dns?": "str[]",
    "routers?": "str[]",
    nbp: "str = ''",
  },
  about: {
    address:
      "Where to listen, `HOST:PORT`, as a rule `:67`; the host is empty or an IPv4 address. The name of the resource if empty.",
    interface: "Name of the network interface to serve. Required.",
    serverid:
      "IPv4 address by which clients know the server. Unset is that of Address, or the first one of Interface; the empty text sends none.",
    leasetime:
      "How long addresses are given out for, such as `1h30m`. Unset is `10m`; the empty text says nothing.",
    dns: "IPv4 addresses of name servers.",
    routers: "IPv4 addresses of routers.",
    nbp: "URL of the program that clients boot, `tftp://…`, unless their host or range names another.",
  },
  example: `dhcp:server ":67" {
	interface => "eth1",
	leasetime => "1h",
	dns => ["192.0.2.53"],
	routers => ["192.0.2.1"],
}
dhcp:range "192.0.2.0/24" {}
`,
  validate(name, { address, interface: device, serverid, leasetime, dns = [], routers = [], nbp }) {
    if (device === "") return "the Interface is empty";
    const flaw = listenAddressFlaw(address || name);
    if (flaw !== undefined) return flaw;
    const host = splitHostPort(address || name)?.host ?? "";
    if (parseAddress(host)?.bits === 128) return `the host of the Address must be an IPv4 address: ${host}`;
    if (serverid !== undefined && serverid !== "" && !isIpv4(serverid))
      return `the ServerID must be an IPv4 address: ${serverid}`;
    if (leasetime !== undefined && leasetime !== "" && parseDuration(leasetime) === undefined)
      return `the LeaseTime must be a duration such as 1h30m: ${leasetime}`;
    for (const each of dns) if (!isIpv4(each)) return `the Dns must be IPv4 addresses: ${each}`;
    for (const each of routers) if (!isIpv4(each)) return `the Routers must be IPv4 addresses: ${each}`;
    return bootUrlFlaw(nbp);
  },
  uncompared: ["leasetime"],
  difference: (mine, theirs) =>
    seconds(mine.leasetime) === seconds(theirs.leasetime)
      ? undefined
      : `leasetime differs: ${mine.leasetime ?? "unset"} vs ${theirs.leasetime ?? "unset"}`,
});

/** Undefined if clients are not told. */
function seconds(leasetime = "10m"): number | undefined {
  return parseDuration(leasetime);
}
