/** IP addresses and networks in text, as the module `net` reads and writes them. */

export interface Address {
  /** 32 for IPv4, 128 for IPv6. */
  readonly bits: 32 | 128;
  readonly value: bigint;
}

/** An address together with the length of a prefix. */
export interface Cidr {
  readonly address: Address;
  readonly prefix: number;
}

/** Undefined if the text is no address; zones are not taken. */
export function parseAddress(text: string): Address | undefined {
  const value = text.includes(":") ? parseIpv6(text) : parseIpv4(text);
  return value === undefined ? undefined : { bits: text.includes(":") ? 128 : 32, value };
}

function parseIpv4(text: string): bigint | undefined {
  const octets = text.split(".");
  if (
    octets.length !== 4 ||
    !octets.every((octet) => /^(?:0|[1-9]\d{0,2})$/.test(octet) && Number(octet) < 256)
  ) {
    return undefined;
  }
  return octets.reduce((value, octet) => (value << 8n) | BigInt(octet), 0n);
}

function parseIpv6(text: string): bigint | undefined {
  const halves = text.split("::");
  const [head, tail] = halves.map(parseGroups);
  if (head === undefined || halves.length > 2) return undefined;
  if (halves.length === 1) return head.length === 8 ? join(head) : undefined;
  // Only the last group of the whole address may be written as IPv4.
  if (tail === undefined || halves[0]?.includes(".") || head.length + tail.length > 7) return undefined;
  return join([...head, ...Array<bigint>(8 - head.length - tail.length).fill(0n), ...tail]);
}

/** Groups of 16 bits. */
function parseGroups(text: string): readonly bigint[] | undefined {
  if (text === "") return [];
  const words = text.split(":");
  const last = words.at(-1) ?? "";
  const embedded = last.includes(".") ? parseIpv4(last) : undefined;
  if (last.includes(".") && embedded === undefined) return undefined;
  const plain = embedded === undefined ? words : words.slice(0, -1);
  if (!plain.every((word) => /^[\da-f]{1,4}$/i.test(word))) return undefined;
  const groups = plain.map((word) => BigInt(`0x${word}`));
  return embedded === undefined ? groups : [...groups, embedded >> 16n, embedded & 0xffffn];
}

function join(groups: readonly bigint[]): bigint {
  return groups.reduce((value, group) => (value << 16n) | group, 0n);
}

/**
 * Undefined if the text is no address with a prefix length.
 * @param strict refuses leading zeros in the length
 */
export function parseCidr(text: string, strict = false): Cidr | undefined {
  const slash = text.indexOf("/");
  if (slash < 0) return undefined;
  const address = parseAddress(text.slice(0, slash));
  const length = text.slice(slash + 1);
  if (address === undefined || !(strict ? /^(?:0|[1-9]\d{0,2})$/ : /^\d+$/).test(length)) return undefined;
  const prefix = Number(length);
  return prefix <= address.bits ? { address, prefix } : undefined;
}

/** The bits of the network set, those of hosts not. */
export function maskOf({ address, prefix }: Cidr): Address {
  const hostBits = BigInt(address.bits - prefix);
  return { bits: address.bits, value: ((1n << BigInt(address.bits)) - 1n) & ~((1n << hostBits) - 1n) };
}

/** The first address of the network. */
export function networkOf(cidr: Cidr): Address {
  return { bits: cidr.address.bits, value: cidr.address.value & maskOf(cidr).value };
}

/** The last address of the network. */
export function lastOf(cidr: Cidr): Address {
  const { bits, value } = maskOf(cidr);
  return { bits, value: networkOf(cidr).value | (((1n << BigInt(bits)) - 1n) ^ value) };
}

export function isInside(address: Address, cidr: Cidr): boolean {
  if (address.bits !== cidr.address.bits) return false;
  return (address.value & maskOf(cidr).value) === networkOf(cidr).value;
}

/** IPv4 networks whose addresses belong to no one host, or reach no further than the link. */
const specialNetworks: readonly string[] = [
  "0.0.0.0/32",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "224.0.0.0/4",
  "255.255.255.255/32",
];

/** Whether an IPv4 address can be that of one host beyond its link; private ones can. */
export function isGlobalUnicast(address: Address): boolean {
  return !specialNetworks.some((text) => {
    const network = parseCidr(text);
    return network !== undefined && isInside(address, network);
  });
}

/** IPv6 addresses that stand for an IPv4 address become that address. */
export function unmap(address: Address): Address {
  return isMapped(address) ? { bits: 32, value: address.value & 0xffffffffn } : address;
}

export function isMapped(address: Address): boolean {
  return address.bits === 128 && address.value >> 32n === 0xffffn;
}

/** The canonical text: the longest run of zero groups is left out. */
export function printAddress(address: Address): string {
  if (address.bits === 32) return words(address.value, 4, 8n).join(".");
  if (isMapped(address)) return `::ffff:${printAddress(unmap(address))}`;
  const groups = words(address.value, 8, 16n).map((group) => group.toString(16));
  const gap = longestZeroRun(groups);
  if (gap.length < 2) return groups.join(":");
  return `${groups.slice(0, gap.start).join(":")}::${groups.slice(gap.start + gap.length).join(":")}`;
}

function words(value: bigint, count: number, width: bigint): number[] {
  return Array.from({ length: count }, (_, index) =>
    Number(BigInt.asUintN(Number(width), value >> (width * BigInt(count - 1 - index)))),
  );
}

function longestZeroRun(groups: readonly string[]): { readonly start: number; readonly length: number } {
  let longest = { start: 0, length: 0 };
  let start = 0;
  for (const [index, group] of groups.entries()) {
    if (group !== "0") start = index + 1;
    else if (index + 1 - start > longest.length) longest = { start, length: index + 1 - start };
  }
  return longest;
}
