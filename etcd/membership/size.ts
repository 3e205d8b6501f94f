import type { EtcdClient } from "../client/client.ts";

/** How many voters are wanted if nobody has said so. */
export const standardIdeal = 5;

/** In seconds: after which time an unreachable member is replaced if nobody has said so. */
export const standardDeadAfter = 600;

/** @throws RangeError that says which sizes there are @returns a warning about a size that is possible, and not wise */
export function checkIdeal(_ideal: number): string | undefined {
  throw new Error("not there yet");
}

/** @returns how many voters are wanted @throws EtcdError */
export async function readIdeal(_client: EtcdClient, _keyPrefix: string): Promise<number> {
  throw new Error("not there yet");
}

/** @throws EtcdError; RangeError as {@link checkIdeal} does @returns its warning */
export async function writeIdeal(
  _client: EtcdClient,
  _keyPrefix: string,
  _ideal: number,
): Promise<string | undefined> {
  throw new Error("not there yet");
}
