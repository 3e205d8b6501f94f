import { parseAddress } from "../../../lang/core/support/ip-address.ts";
import { declareKind } from "../define.ts";

export const virtNetworkRange = declareKind({
  kind: "virt:network:range",
  summary: "Addresses that a `virt:network` gives to whoever asks.",
  params: { network: "str = ''", start: "str = ''", end: "str = ''" },
  about: {
    network: "Name of the `virt:network`; whichever there is if empty.",
    start: "The first IPv4 address. Required.",
    end: "The last IPv4 address. Required.",
  },
  partOf: { kind: "virt:network", name: ({ network }) => network },
  example: `virt:network "lab" {
	uri => "qemu:///system",
	mac => "52:54:00:aa:00:01",
	ip => "192.168.130.1/24",
}
virt:network:range "guests" {
	start => "192.168.130.100",
	end => "192.168.130.199",
}
`,
  validate(_name, { start, end }) {
    const [first, last] = [parseAddress(start), parseAddress(end)];
    if (first?.bits !== 32) return `the Start must be an IPv4 address: ${start}`;
    if (last?.bits !== 32) return `the End must be an IPv4 address: ${end}`;
    return first.value > last.value ? "the Start must not be after the End" : undefined;
  },
});
