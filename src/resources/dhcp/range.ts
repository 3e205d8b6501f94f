import { parseAddress } from "../../../lang/core/support/ip-address.ts";
import { declareKind } from "../define.ts";
import { isIpv4, parseIpv4Cidr } from "../rules/address.ts";
import { bootUrlFlaw } from "./boot-url.ts";

export const dhcpRange = declareKind({
  kind: "dhcp:range",
  summary: "Addresses that a `dhcp:server` gives to whoever asks.",
  notes: [
    "The range is said in one of four ways: From and To with the lengths of their prefix; From and To without, and Mask; Network; or a network as the name of the resource. Of a network all addresses of hosts are given out.",
    "Which host has which address is known until the agent ends.",
  ].join("\n\n"),
  params: {
    server: "str = ''",
    network: "str = ''",
    from: "str = ''",
    to: "str = ''",
    mask: "str = ''",
    "skip?": "str[]",
    persist: "bool = false",
    nbp: "str = ''",
    nbp_path: "str = ''",
  },
  about: {
    server: "Name of the `dhcp:server`; whichever there is if empty.",
    network: "An IPv4 network, `192.0.2.0/24`.",
    from: "The first address, `192.0.2.100` or `192.0.2.100/24`.",
    to: "The last address, likewise.",
    mask: "The mask of the network if From and To do not say it, `/24` or `255.255.255.0`.",
    skip: "Addresses and networks that are not given out.",
    persist: "Not available: keep what was given out beyond the end of the agent.",
    nbp: "URL of the program that hosts boot, `tftp://…`; that of the server if empty.",
    nbp_path: "Path to use instead of the one in that URL.",
  },
  partOf: { kind: "dhcp:server", name: ({ server }) => server },
  example: `dhcp:server ":67" {
	interface => "eth1",
}
dhcp:range "guests" {
	from => "192.0.2.100/24",
	to => "192.0.2.199/24",
	skip => ["192.0.2.150"],
}
`,
  validate(name, params) {
    const { skip = [], persist, nbp } = params;
    const flaw = rangeFlaw(name, params);
    if (flaw !== undefined) return flaw;
    for (const each of skip)
      if (!isIpv4(each) && parseIpv4Cidr(each) === undefined)
        return `the Skip must be IPv4 addresses and networks: ${each}`;
    if (persist) return "the Persist is not implemented";
    return bootUrlFlaw(nbp);
  },
});

function rangeFlaw(
  name: string,
  { network, from, to, mask }: Readonly<Record<"network" | "from" | "to" | "mask", string>>,
): string | undefined {
  if ((from === "") !== (to === "")) return "the From and To must be used together";
  if (from === "") {
    if (mask !== "") return "the Mask is for From and To: the network says its own";
    const text = network || name;
    return parseIpv4Cidr(text) === undefined ? `the Network must be an IPv4 network: ${text}` : undefined;
  }
  if (network !== "") return "can't use Network with From and To";
  for (const each of [from, to])
    if (!isIpv4(each) && parseIpv4Cidr(each) === undefined)
      return `the From and To must be IPv4 addresses: ${each}`;
  const lengths = [from, to].filter((each) => each.includes("/")).length;
  if (lengths === 1) return "either both From and To have the length of their prefix, or none";
  if (lengths === 2) return mask === "" ? prefixFlaw(from, to) : "the Mask is given twice";
  return mask === "" ? "the Mask is missing" : maskFlaw(mask);
}

function prefixFlaw(from: string, to: string): string | undefined {
  const [first, last] = [parseIpv4Cidr(from), parseIpv4Cidr(to)];
  return first?.prefix === last?.prefix ? undefined : "the prefixes of From and To differ";
}

function maskFlaw(mask: string): string | undefined {
  if (/^\/(?:[1-9]|[12]\d|3[0-2])$/.test(mask)) return undefined;
  const address = parseAddress(mask);
  const bits = address?.bits === 32 ? address.value.toString(2).padStart(32, "0") : "";
  return /^1+0*$/.test(bits) ? undefined : `invalid Mask: ${mask}`;
}
