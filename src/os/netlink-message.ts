/**
 * The format of netlink messages (netlink(7)): a header with length and type, then what the type says, then attributes.
 * What does not fit is refused: a message is read as a whole or not at all.
 */

/** Types of messages that all families of netlink have. */
export const NetlinkControl = { noop: 1, error: 2, done: 3, overrun: 4 } as const;

/** Flags of messages. */
export const NetlinkFlag = {
  request: 0x1,
  acknowledge: 0x4,
  /** The state changed while it was dumped. */
  interrupted: 0x10,
  /** Of requests: all there is. */
  dump: 0x300,
} as const;

/** One message without the parts that only matter on the way. */
export interface NetlinkMessage {
  readonly type: number;
  readonly flags: number;
  /** All after the header: a structure that depends on the type, then attributes. */
  readonly body: Uint8Array;
}

const HEADER_SIZE = 16;
const ATTRIBUTE_HEADER_SIZE = 4;
/** An attribute may be marked as nested or as in network byte order. */
const ATTRIBUTE_TYPE_MASK = 0x3fff;

/** Messages and attributes begin at multiples of 4. */
function align(length: number): number {
  return (length + 3) & ~3;
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** A message as it is sent. */
export function encodeMessage(message: NetlinkMessage, sequence: number): Uint8Array {
  const bytes = new Uint8Array(HEADER_SIZE + message.body.length);
  const view = viewOf(bytes);
  view.setUint32(0, bytes.length, true);
  view.setUint16(4, message.type, true);
  view.setUint16(6, message.flags, true);
  view.setUint32(8, sequence, true);
  bytes.set(message.body, HEADER_SIZE);
  return bytes;
}

/** The messages of one datagram or of several. @throws Error if they do not add up */
export function parseMessages(bytes: Uint8Array): NetlinkMessage[] {
  const view = viewOf(bytes);
  const messages: NetlinkMessage[] = [];
  for (let at = 0; at < bytes.length; ) {
    if (bytes.length - at < HEADER_SIZE) throw malformed("a header that is cut off");
    const length = view.getUint32(at, true);
    if (length < HEADER_SIZE || length > bytes.length - at) throw malformed(`a message of ${length} bytes`);
    messages.push({
      type: view.getUint16(at + 4, true),
      flags: view.getUint16(at + 6, true),
      body: bytes.subarray(at + HEADER_SIZE, at + length),
    });
    at += align(length);
  }
  return messages;
}

/**
 * The attributes of a message by type; of several of one type the last counts.
 * @param start where they begin in the body: the size of the structure before them
 * @throws Error if they do not add up
 */
export function parseAttributes(body: Uint8Array, start: number): Map<number, Uint8Array> {
  if (body.length < start) throw malformed(`a body of ${body.length} bytes`);
  const view = viewOf(body);
  const attributes = new Map<number, Uint8Array>();
  for (let at = align(start); at < body.length; ) {
    if (body.length - at < ATTRIBUTE_HEADER_SIZE) throw malformed("an attribute that is cut off");
    const length = view.getUint16(at, true);
    if (length < ATTRIBUTE_HEADER_SIZE || length > body.length - at) {
      throw malformed(`an attribute of ${length} bytes`);
    }
    const type = view.getUint16(at + 2, true) & ATTRIBUTE_TYPE_MASK;
    attributes.set(type, body.subarray(at + ATTRIBUTE_HEADER_SIZE, at + length));
    at += align(length);
  }
  return attributes;
}

export function malformed(what: string): Error {
  return new Error(`the kernel sent a malformed netlink message: ${what}`);
}
