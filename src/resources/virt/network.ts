import { declareKind } from "../define.ts";
import { isCanonicalMac, parseIpv4Cidr } from "../rules/address.ts";

export const virtNetwork = declareKind({
  kind: "virt:network",
  summary: "Defines a network of libvirt, and starts or stops it.",
  notes:
    "The addresses that it gives out are the `virt:network:host` and `virt:network:range` that belong to it.",
  params: {
    uri: "str = ''",
    state: "str = ''",
    transient: "bool = false",
    startup: "str = ''",
    uuid: "str = ''",
    device: "str = 'virbr0'",
    mode: "str = 'nat'",
    mac: "str = ''",
    ip: "str = ''",
    purge_hosts: "bool = false",
    purge_ranges: "bool = false",
    "auth?": { username: "str", password: "str" },
  },
  about: {
    uri: "Where libvirt is, such as `qemu:///system`.",
    state: "`up` or `down`; empty leaves it alone.",
    transient: "Let libvirt forget the network when it stops.",
    startup: "`enabled` or `disabled`: whether it starts when libvirt does. Empty leaves that alone.",
    uuid: "The UUID of the network; any if empty.",
    device: "Name of the bridge.",
    mode: "How it reaches other networks: `nat`.",
    mac: "Hardware address of the bridge, in lower case with colons. Required, unless the network is to be gone.",
    ip: "IPv4 address of the bridge with the length of its prefix: `192.168.122.1/24`. Required likewise.",
    purge_hosts: "Remove hosts that are not declared.",
    purge_ranges: "Remove ranges that are not declared.",
    auth: "User and password for libvirt.",
  },
  example: `virt:network "lab" {
	uri => "qemu:///system",
	state => "up",
	startup => "enabled",
	device => "virbr1",
	mac => "52:54:00:aa:00:01",
	ip => "192.168.130.1/24",
}
virt:network:range "guests" {
	start => "192.168.130.100",
	end => "192.168.130.199",
}
`,
  validate(_name, { state, transient, startup, uuid, mode, mac, ip }) {
    if (!["up", "down", ""].includes(state)) return "state must be `up`, `down` or empty";
    if (!["enabled", "disabled", ""].includes(startup))
      return "startup must be `enabled`, `disabled` or empty";
    if (transient && startup !== "") return "can't use Startup with Transient";
    if (uuid !== "" && !/^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/i.test(uuid))
      return `invalid Uuid: ${uuid}`;
    if (mode !== "nat") return `the Mode must be nat: ${mode}`;
    const isGone = transient && state === "down";
    if (!(isGone && mac === "") && !isCanonicalMac(mac))
      return `the Mac must be six bytes in lower case with colons: ${mac}`;
    if (!(isGone && ip === "") && parseIpv4Cidr(ip) === undefined)
      return `the Ip must be an IPv4 address with the length of its prefix, such as 192.168.122.1/24: ${ip}`;
    return undefined;
  },
});
