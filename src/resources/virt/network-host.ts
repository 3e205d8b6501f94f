import { declareKind } from "../define.ts";
import { isCanonicalMac, parseIpv4Cidr } from "../rules/address.ts";

export const virtNetworkHost = declareKind({
  kind: "virt:network:host",
  summary: "A host to which a `virt:network` always gives the same address.",
  params: { network: "str = ''", hostname: "str = ''", mac: "str = ''", ip: "str = ''" },
  about: {
    network: "Name of the `virt:network`; whichever there is if empty.",
    hostname: "Name of the host; the name of the resource if empty.",
    mac: "Hardware address of the host, in lower case with colons. Required.",
    ip: "IPv4 address for it with the length of its prefix: `192.168.122.7/24`. Required.",
  },
  partOf: { kind: "virt:network", name: ({ network }) => network },
  example: `virt:network "lab" {
	uri => "qemu:///system",
	mac => "52:54:00:aa:00:01",
	ip => "192.168.130.1/24",
}
virt:network:host "web1" {
	mac => "52:54:00:00:00:01",
	ip => "192.168.130.7/24",
}
`,
  validate(_name, { mac, ip }) {
    if (!isCanonicalMac(mac)) return `the Mac must be six bytes in lower case with colons: ${mac}`;
    return parseIpv4Cidr(ip) === undefined
      ? `the Ip must be an IPv4 address with the length of its prefix, such as 192.168.122.7/24: ${ip}`
      : undefined;
  },
});
