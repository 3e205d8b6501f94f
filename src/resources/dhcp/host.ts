import { declareKind } from "../define.ts";
import { isCanonicalMac, parseIpv4Cidr } from "../rules/address.ts";
import { bootUrlFlaw } from "./boot-url.ts";

export const dhcpHost = declareKind({
  kind: "dhcp:host",
  summary: "A host to which a `dhcp:server` always gives the same address.",
  params: { server: "str = ''", mac: "str = ''", ip: "str = ''", nbp: "str = ''", nbp_path: "str = ''" },
  about: {
    server: "Name of the `dhcp:server`; whichever there is if empty.",
    mac: "Hardware address of the host, in lower case with colons. Required.",
    ip: "IPv4 address for it with the length of its prefix: `192.0.2.7/24`. Required.",
    nbp: "URL of the program that it boots, `tftp://…`; that of the server if empty.",
    nbp_path: "Path to use instead of the one in that URL.",
  },
  partOf: { kind: "dhcp:server", name: ({ server }) => server },
  example: `dhcp:server ":67" {
	interface => "eth1",
}
dhcp:host "printer" {
	mac => "0a:00:00:00:00:07",
	ip => "192.0.2.7/24",
}
`,
  validate(_name, { mac, ip, nbp }) {
    if (!isCanonicalMac(mac)) return `the Mac must be six bytes in lower case with colons: ${mac}`;
    if (parseIpv4Cidr(ip) === undefined)
      return `the Ip must be an IPv4 address with the length of its prefix, such as 192.0.2.7/24: ${ip}`;
    return bootUrlFlaw(nbp);
  },
});
