import type { IKeyValue } from "./etcd3.ts";

/** What is kept under a key. Revisions count the changes of the whole store; a key's version those of the key. */
export interface KeyValue {
  readonly key: string;
  readonly value: Uint8Array;
  readonly createRevision: bigint;
  readonly modRevision: bigint;
  /** The lease that it ends with, as a decimal number; `"0"` for none. */
  readonly lease: string;
}

/** All that was in a range at one revision of the store, sorted by key. */
export interface Listing {
  readonly revision: bigint;
  /** The number of the cluster, in which the revision means something. */
  readonly cluster: string;
  readonly entries: readonly KeyValue[];
}

/** @returns undefined for a key that is not UTF-8, which none of this client's is */
export function fromMessage({
  key,
  value,
  create_revision,
  mod_revision,
  lease,
}: IKeyValue): KeyValue | undefined {
  const text = keyText(key);
  if (text === undefined) return undefined;
  return {
    key: text,
    value,
    createRevision: BigInt(create_revision),
    modRevision: BigInt(mod_revision),
    lease,
  };
}

/** Whether nothing has been done to a key between the two. */
export function isSame(a: KeyValue, b: KeyValue): boolean {
  return (
    a.modRevision === b.modRevision &&
    a.createRevision === b.createRevision &&
    Buffer.compare(a.value, b.value) === 0
  );
}

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** @returns undefined for bytes that are not UTF-8 */
export function keyText(bytes: Uint8Array): string | undefined {
  try {
    return strict.decode(bytes);
  } catch {
    return undefined;
  }
}

/** Orders keys as etcd does. */
export function compareKeys(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
