/** One key, or all that begin with a prefix; an empty prefix is that of all keys. */
export type KeyRange = { readonly key: string } | { readonly prefix: string };

/** A range as etcd has it: from a key up to an end, which is not in it; without an end, the one key. */
export interface RangeMessage {
  readonly key: Buffer;
  readonly range_end?: Buffer;
}

const zero = Buffer.from([0]);

export function toRangeMessage(range: KeyRange): RangeMessage {
  if ("key" in range) return { key: Buffer.from(range.key) };
  const key = Buffer.from(range.prefix);
  return { key: key.length === 0 ? zero : key, range_end: endOfPrefix(key) };
}

/** The rest of a range after a key in it. */
export function restAfter(key: Buffer, { range_end = zero }: RangeMessage): RangeMessage {
  return { key: Buffer.concat([key, zero]), range_end };
}

/** The first key after all that begin with a prefix; etcd takes a zero byte for "up to the last". */
function endOfPrefix(prefix: Buffer): Buffer {
  const last = prefix.findLastIndex((byte) => byte < 0xff);
  if (last < 0) return zero;
  const end = Buffer.from(prefix.subarray(0, last + 1));
  end.writeUInt8((end[last] ?? 0) + 1, last);
  return end;
}
