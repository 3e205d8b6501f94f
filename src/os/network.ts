/** The network interfaces of this machine and their addresses, as the kernel tells them (rtnetlink(7)). */
import { decodeBytes } from "../../lang/bytes.ts";
import { printAddress } from "../../lang/core/support/ip-address.ts";
import type { NetworkInterface as VisibleInterface } from "../../lang/host.ts";
import { NetlinkEvents, NetlinkFamily, netlinkRequest } from "./netlink.ts";
import { NetlinkFlag, type NetlinkMessage, parseAttributes, viewOf } from "./netlink-message.ts";

export interface NetworkInterface extends VisibleInterface {
  /** Counts up as interfaces come. */
  readonly index: number;
}

const MessageType = { newLink: 16, getLink: 18, newAddress: 20, getAddress: 22 } as const;
const LinkFlag = { up: 0x1, loopback: 0x8 } as const;
const LinkAttribute = { address: 1, name: 3 } as const;
const AddressAttribute = { address: 1, local: 2 } as const;
const LINK_SIZE = 16;
const ADDRESS_SIZE = 8;

/** All interfaces, by index. @throws Error if the kernel does not tell them */
export function listInterfaces(): NetworkInterface[] {
  const links = dump(MessageType.getLink, MessageType.newLink, LINK_SIZE).map(parseLink);
  const addresses = dump(MessageType.getAddress, MessageType.newAddress, ADDRESS_SIZE).map(parseAddress);
  const byIndex = Map.groupBy(addresses, (each) => each.index);
  return links
    .map((link) => ({ ...link, addresses: (byIndex.get(link.index) ?? []).map(({ text }) => text) }))
    .sort((a, b) => a.index - b.index);
}

/** @param size of the structure that the messages begin with; all zero, it asks for everything */
function dump(request: number, answer: number, size: number): NetlinkMessage[] {
  return netlinkRequest(NetlinkFamily.route, {
    type: request,
    flags: NetlinkFlag.dump,
    body: new Uint8Array(size),
  }).filter(({ type }) => type === answer);
}

function parseLink({ body }: NetlinkMessage) {
  const attributes = parseAttributes(body, LINK_SIZE);
  const view = viewOf(body);
  const flags = view.getUint32(8, true);
  return {
    index: view.getInt32(4, true),
    name: decodeBytes(attributes.get(LinkAttribute.name) ?? new Uint8Array()).replace(/\0.*$/s, ""),
    isLoopback: (flags & LinkFlag.loopback) !== 0,
    isUp: (flags & LinkFlag.up) !== 0,
    mac: Array.from(attributes.get(LinkAttribute.address) ?? [], hexadecimal).join(":"),
  };
}

function parseAddress({ body }: NetlinkMessage) {
  const attributes = parseAttributes(body, ADDRESS_SIZE);
  // On a point-to-point link the address is the peer's, and the local one is ours.
  const bytes = attributes.get(AddressAttribute.local) ?? attributes.get(AddressAttribute.address);
  return {
    index: viewOf(body).getUint32(4, true),
    text: `${printBytes(bytes ?? new Uint8Array())}/${body[1] ?? 0}`,
  };
}

function printBytes(bytes: Uint8Array): string {
  const value = BigInt(`0x0${Array.from(bytes, hexadecimal).join("")}`);
  return printAddress({ bits: bytes.length === 4 ? 32 : 128, value });
}

function hexadecimal(byte: number): string {
  return byte.toString(16).padStart(2, "0");
}

export interface InterfacesOptions {
  /** Called before {@link followInterfaces} returns, then whenever they are others. Must not throw. */
  readonly onInterfaces: (interfaces: readonly NetworkInterface[]) => void;
  /** They cannot be known; a later change may bring them back. */
  readonly onError: (error: Error) => void;
  readonly signal: AbortSignal;
}

/**
 * Follows the interfaces and their addresses. All who follow share one socket and one look at each change.
 * @throws SystemError if the kernel tells of no changes
 */
export function followInterfaces(options: InterfacesOptions): void {
  if (options.signal.aborted) return;
  follower ??= new InterfacesFollower();
  follower.add(options);
}

let follower: InterfacesFollower | undefined;

/** Links, IPv4 addresses, IPv6 addresses. */
const EVENT_GROUPS = 0x1 | 0x10 | 0x100;
const events = new NetlinkEvents(NetlinkFamily.route, EVENT_GROUPS);

/** What is known of the interfaces, while somebody wants to know. */
class InterfacesFollower {
  readonly #followers = new Set<InterfacesOptions>();
  readonly #ending = new AbortController();
  #known: readonly NetworkInterface[] | Error | undefined;

  add(options: InterfacesOptions): void {
    // Listening comes before the first look, so that no change falls between.
    if (this.#known === undefined) {
      this.#listen();
      this.#known = look();
    }
    this.#followers.add(options);
    options.signal.addEventListener("abort", () => this.#remove(options), { once: true });
    tell(options, this.#known);
  }

  #listen(): void {
    // An event is a hint: what is told always comes from a look that began after it, so that lost ones do no harm.
    const refresh = () => this.#refresh();
    const onBroken = (error: Error) => {
      this.#end();
      this.#settle(error);
    };
    try {
      events.listen({ onEvents: refresh, onLost: refresh, onBroken }, this.#ending.signal);
    } catch (error) {
      this.#end();
      throw error;
    }
  }

  #refresh(): void {
    const seen = look();
    if (!Bun.deepEquals(seen, this.#known)) this.#settle(seen);
  }

  #settle(known: readonly NetworkInterface[] | Error): void {
    this.#known = known;
    for (const each of [...this.#followers]) if (this.#followers.has(each)) tell(each, known);
  }

  #remove(options: InterfacesOptions): void {
    this.#followers.delete(options);
    if (this.#followers.size === 0) this.#end();
  }

  /** Who follows from now on begins anew. */
  #end(): void {
    if (follower === this) follower = undefined;
    this.#ending.abort();
  }
}

function look(): readonly NetworkInterface[] | Error {
  try {
    return listInterfaces();
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function tell(options: InterfacesOptions, known: readonly NetworkInterface[] | Error): void {
  if (known instanceof Error) options.onError(known);
  else options.onInterfaces(known);
}
