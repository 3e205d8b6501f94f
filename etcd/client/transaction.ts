import type { ICompare, IRequestOp, IResponseOp } from "./etcd3.ts";
import { type KeyRange, toRangeMessage } from "./key-range.ts";
import { fromMessage, type KeyValue } from "./key-value.ts";

/** A condition on what is there before a transaction. A key that is missing has no value that could be compared. */
export type Comparison =
  | { readonly key: string; readonly exists: boolean }
  | { readonly key: string; readonly value: Uint8Array }
  | { readonly key: string; readonly modRevision: bigint }
  | { readonly key: string; readonly createRevision: bigint }
  | { readonly key: string; readonly lease: string };

/** One step of a transaction. No key may be written twice in it. */
export type Operation =
  | { readonly put: string; readonly value: Uint8Array; readonly lease?: string }
  | { readonly delete: KeyRange }
  /** Without the values, if those are not wanted. */
  | { readonly get: KeyRange; readonly keysOnly?: boolean };

/** Either all of `success` is done, if all comparisons hold, or all of `failure`. */
export interface Transaction {
  readonly compare?: readonly Comparison[];
  readonly success?: readonly Operation[];
  readonly failure?: readonly Operation[];
}

export interface OperationResult {
  /** What a `get` found. */
  readonly found: readonly KeyValue[];
  /** How many keys a `delete` removed. */
  readonly deleted: number;
}

export interface TransactionResult {
  /** Whether the comparisons held. */
  readonly succeeded: boolean;
  /** Of the store, afterwards. */
  readonly revision: bigint;
  /** Of the operations that were done, in their order. */
  readonly results: readonly OperationResult[];
  /** Whether it may have been carried out before, by a try whose answer was lost. */
  readonly repeated: boolean;
}

export function toCompareMessage(comparison: Comparison): ICompare {
  const key = Buffer.from(comparison.key);
  if ("exists" in comparison)
    return { key, target: "Version", result: comparison.exists ? "Greater" : "Equal", version: 0 };
  if ("value" in comparison)
    return { key, target: "Value", result: "Equal", value: Buffer.from(comparison.value) };
  if ("modRevision" in comparison)
    return { key, target: "Mod", result: "Equal", mod_revision: String(comparison.modRevision) };
  if ("createRevision" in comparison)
    return { key, target: "Create", result: "Equal", create_revision: String(comparison.createRevision) };
  return { key, target: "Lease", result: "Equal", lease: comparison.lease };
}

export function toOperationMessage(operation: Operation): IRequestOp {
  if ("put" in operation) {
    const { put, value, lease = "0" } = operation;
    return { request_put: { key: Buffer.from(put), value: Buffer.from(value), lease } };
  }
  if ("delete" in operation) return { request_delete_range: toRangeMessage(operation.delete) };
  return { request_range: { ...toRangeMessage(operation.get), keys_only: operation.keysOnly ?? false } };
}

export function fromResponseMessage(response: Partial<IResponseOp>): OperationResult {
  const { response_range: range, response_delete_range: removed } = response;
  return {
    found: (range?.kvs ?? []).flatMap((each) => fromMessage(each) ?? []),
    deleted: Number(removed?.deleted ?? 0),
  };
}
