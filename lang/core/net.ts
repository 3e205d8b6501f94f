/** Module `net`. */
import { quote } from "../bytes.ts";
import { StructValue } from "../value.ts";
import { arg, CatchableError, type CoreFunction, FatalError, pure, source, t } from "./define.ts";
import { trimSpace } from "./support/characters.ts";
import { followInterfaces, hasMac } from "./support/interfaces.ts";
import {
  type Cidr,
  isGlobalUnicast,
  isInside,
  isMapped,
  lastOf,
  maskOf,
  networkOf,
  parseAddress,
  parseCidr,
  printAddress,
  unmap,
} from "./support/ip-address.ts";
import { parseUrl, UrlError } from "./support/url.ts";

const module = "net";

function invalid(what: string, text: string): CatchableError {
  return new CatchableError(`invalid ${what}: ${quote(text)}`);
}

function cidrOf(text: string, strict = false): Cidr {
  const cidr = parseCidr(text, strict);
  if (cidr === undefined) throw invalid("CIDR address", text);
  return cidr;
}

/** A function of an address with a prefix length, such as `10.0.0.7/8`. */
function onCidr(
  name: string,
  summary: string,
  example: string,
  call: (text: string) => string,
  errors = "Catchable: text that is no address with a prefix length.",
): CoreFunction {
  const examples = { [`net.${name}("10.0.0.7/8")`]: quote(example) };
  return pure({ module, name, summary, args: [arg("a", t.str)], returns: t.str, errors, examples, call });
}

export const cidrToIp = onCidr("cidr_to_ip", "The address.", "10.0.0.7", (text) =>
  printAddress(unmap(cidrOf(trimSpace(text)).address)),
);

export const cidrToPrefix = onCidr("cidr_to_prefix", "The length of the prefix.", "8", (text) =>
  String(cidrOf(trimSpace(text)).prefix),
);

export const cidrToMask = onCidr("cidr_to_mask", "The mask, written as an address.", "255.0.0.0", (text) =>
  printAddress(maskOf(cidrOf(trimSpace(text)))),
);

export const cidrToNetwork = onCidr(
  "cidr_to_network",
  "The network: its first address and the length of its prefix.",
  "10.0.0.0/8",
  (text) => {
    const cidr = cidrOf(trimSpace(text));
    const network = networkOf(cidr);
    const prefix = isMapped(network) ? Math.max(0, cidr.prefix - 96) : cidr.prefix;
    return `${printAddress(unmap(network))}/${prefix}`;
  },
);

export const cidrToFirst = onCidr(
  "cidr_to_first",
  "The address after the given one, inside the network: for a network address the first of a host.",
  "10.0.0.8",
  (text) => {
    const cidr = cidrOf(text, true);
    const { bits, value } = cidr.address;
    if (value === lastOf(cidr).value) throw new CatchableError(`no next address in ${quote(text)}`);
    return printAddress({ bits, value: value + 1n });
  },
  "Catchable: text that is no address with a prefix length, the last address of a network.",
);

export const cidrToLast = onCidr(
  "cidr_to_last",
  "The last address of the network, for IPv4 its broadcast address.",
  "10.255.255.255",
  (text) => printAddress(unmap(lastOf(cidrOf(text)))),
);

export const ipInCidr = pure({
  module,
  name: "ip_in_cidr",
  summary: "Whether an address is inside a network.",
  args: [arg("ip", t.str), arg("cidr", t.str)],
  returns: t.bool,
  errors: "Catchable: texts that are no address, no network.",
  examples: { 'net.ip_in_cidr("10.1.1.1", "10.0.0.0/8")': "true" },
  call: (ip, network) => {
    const address = parseAddress(ip);
    if (address === undefined) throw invalid("IP address", ip);
    const cidr = cidrOf(network);
    const isMappedNetwork = isMapped(networkOf(cidr)) && cidr.prefix >= 96;
    const plain = isMappedNetwork ? { address: unmap(cidr.address), prefix: cidr.prefix - 96 } : cidr;
    return isInside(unmap(address), plain);
  },
});

export const isMac = pure({
  module,
  name: "is_mac",
  summary: "Whether a text is a hardware address of 6 bytes in lower case with colons.",
  args: [arg("a", t.str)],
  returns: t.bool,
  examples: { 'net.is_mac("0a:00:00:00:00:01")': "true", 'net.is_mac("0A-00-00-00-00-01")': "false" },
  call: (text) => /^[\da-f]{2}(?::[\da-f]{2}){5}$/.test(text),
});

/** A function that writes a hardware address in one form. */
function formatMac(name: string, separator: string, summary: string): CoreFunction {
  return pure({
    module,
    name,
    summary,
    args: [arg("a", t.str)],
    returns: t.str,
    errors: "Catchable: text that is no hardware address of 6 bytes.",
    examples: { [`net.${name}("0A-00-00-00-00-01")`]: quote(`0a-00-00-00-00-01`.replaceAll("-", separator)) },
    call: (text) => {
      if (!/^[\da-f]{2}([:-])[\da-f]{2}(?:\1[\da-f]{2}){4}$/i.test(text)) {
        throw invalid("hardware address", text);
      }
      return text.toLowerCase().replace(/[:-]/g, separator);
    },
  });
}

export const macfmt = formatMac("macfmt", ":", "A hardware address in lower case with colons.");
export const oldmacfmt = formatMac("oldmacfmt", "-", "A hardware address in lower case with dashes.");

export const splitHostport = pure({
  module,
  name: "split_hostport",
  summary: "Host and port of a text such as `example.com:80` or `[::1]:80`.",
  args: [arg("hostport", t.str)],
  returns: t.struct({ host: t.str, port: t.str }),
  errors: "Catchable: no port, too many colons, brackets that do not match.",
  examples: { 'net.split_hostport("[::1]:80")': 'struct{host: "::1"; port: "80"}' },
  call: (text) => {
    const match = /^(?:\[([^[\]]*)\]|([^[\]:]*)):([^[\]:]*)$/.exec(text);
    if (match === null) throw invalid("host and port", text);
    return new StructValue(["host", "port"], [match[1] ?? match[2] ?? "", match[3] ?? ""]);
  },
});

export const urlParser = pure({
  module,
  name: "url_parser",
  summary: "The parts of a URL: scheme in lower case, host with port, decoded path, query as written.",
  args: [arg("url", t.str)],
  returns: t.struct({ scheme: t.str, host: t.str, path: t.str, raw_query: t.str }),
  notes: "User information and fragment are dropped; nothing else is normalized.",
  errors: "Catchable: text that is no URL, or one without a scheme.",
  examples: {
    'net.url_parser("HTTP://H:1/a%20b?q=1")':
      'struct{scheme: "http"; host: "H:1"; path: "/a b"; raw_query: "q=1"}',
  },
  call: (text) => {
    const { scheme, host, path, rawQuery } = parseOrFail(text);
    if (scheme === "") throw new CatchableError(`URL has no scheme: ${quote(text)}`);
    return new StructValue(["scheme", "host", "path", "raw_query"], [scheme, host, path, rawQuery]);
  },
});

function parseOrFail(text: string) {
  try {
    return parseUrl(text);
  } catch (error) {
    if (!(error instanceof UrlError)) throw error;
    throw new CatchableError(`invalid URL ${quote(text)}: ${error.message}`);
  }
}

const notTold = "the kernel does not tell of interfaces";

export const macs = source({
  module,
  name: "macs",
  summary: "The hardware addresses of all network interfaces but loopback, followed as they change.",
  args: [],
  returns: t.list(t.str),
  notes:
    "In the order in which the interfaces came into being, in lower case with colons; only those of 6 bytes.",
  errors: `Fatal: ${notTold}.`,
  examples: { "net.macs()": null },
  open: (context) =>
    followInterfaces(context, (interfaces) => interfaces.filter(hasMac).map(({ mac }) => mac)),
});

export const wiredInterface = source({
  module,
  name: "wired_interface",
  summary:
    "The name of the first wired network interface, preferring one that is up; followed as that changes.",
  args: [],
  returns: t.str,
  notes:
    "Any interface with a hardware address counts that is neither loopback nor wireless, virtual ones too. The first is " +
    "the one that came into being first.",
  errors: `Fatal: there is none (yet), ${notTold}.`,
  examples: { "net.wired_interface()": null },
  open: (context) =>
    followInterfaces(context, (interfaces) => {
      const isWireless = (name: string) => context.host.files.exists(`/sys/class/net/${name}/wireless`);
      const wired = interfaces.filter((each) => hasMac(each) && !isWireless(each.name));
      const [first] = wired;
      if (first === undefined) throw new FatalError("there is no wired network interface");
      return (wired.find(({ isUp }) => isUp) ?? first).name;
    }),
});

export const interfaceCidr = source({
  module,
  name: "interface_cidr",
  summary:
    "The first IPv4 address of a network interface, with the length of its prefix; followed as it changes.",
  args: [arg("interface", t.str, "its name, such as eth0")],
  returns: t.str,
  notes: "Private addresses count; loopback, link-local and multicast addresses do not.",
  errors: `Fatal: an interface that does not exist (yet) or has no such address (yet), ${notTold}.`,
  examples: { 'net.interface_cidr("eth0")': null },
  open: (context, name) =>
    followInterfaces(context, (interfaces) => {
      const found = interfaces.find((each) => each.name === name);
      if (found === undefined) throw new FatalError(`there is no network interface ${quote(name)}`);
      const cidr = found.addresses.find((text) => {
        const address = parseCidr(text)?.address;
        return address?.bits === 32 && isGlobalUnicast(address);
      });
      if (cidr === undefined)
        throw new FatalError(
          `network interface ${quote(name)} has no IPv4 address that other machines could reach`,
        );
      return cidr;
    }),
});
