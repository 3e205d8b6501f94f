import type { EtcdClient } from "../client/client.ts";
import { MembershipKeys } from "./keys.ts";
import { decodeNumber } from "./records.ts";

/** How many voters are wanted if nobody has said so. */
export const standardIdeal = 5;

/** In seconds: after which time an unreachable member is replaced if nobody has said so. */
export const standardDeadAfter = 600;

/** Whether so many voters can be wanted. */
export function isIdeal(count: number): boolean {
  return Number.isInteger(count) && count >= 1 && count <= 9 && (count % 2 === 1 || count === 2);
}

/** @throws RangeError that says which sizes there are @returns a warning about a size that is possible, and not wise */
export function checkIdeal(ideal: number): string | undefined {
  if (!isIdeal(ideal))
    throw new RangeError(
      `a cluster cannot be of size ${ideal}: it has 1, 3, 5, 7 or 9 members, as an even number of them tolerates no more losses than one less; 2 is possible, too`,
    );
  if (ideal === 2)
    return "a cluster of two members stands still if either of them is lost; three can do without one";
  return undefined;
}

/** @returns how many voters are wanted @throws EtcdError */
export async function readIdeal(client: EtcdClient, keyPrefix: string): Promise<number> {
  const entry = await client.get(new MembershipKeys(keyPrefix).ideal);
  const ideal = entry && decodeNumber(entry.value);
  return ideal !== undefined && isIdeal(ideal) ? ideal : standardIdeal;
}

/** @throws EtcdError; RangeError as {@link checkIdeal} does @returns its warning */
export async function writeIdeal(
  client: EtcdClient,
  keyPrefix: string,
  ideal: number,
): Promise<string | undefined> {
  const warning = checkIdeal(ideal);
  await client.set(new MembershipKeys(keyPrefix).ideal, Buffer.from(String(ideal)));
  return warning;
}

/** @returns after how many seconds an unreachable member is replaced @throws EtcdError */
export async function readDeadAfter(client: EtcdClient, keyPrefix: string): Promise<number> {
  const entry = await client.get(new MembershipKeys(keyPrefix).deadAfter);
  return (entry && decodeNumber(entry.value)) ?? standardDeadAfter;
}

/** @throws EtcdError; RangeError for what is no number of seconds */
export async function writeDeadAfter(client: EtcdClient, keyPrefix: string, seconds: number): Promise<void> {
  if (!Number.isInteger(seconds) || seconds < 0 || seconds > 999_999_999)
    throw new RangeError(`${seconds} is no number of seconds after which a member could count as dead`);
  await client.set(new MembershipKeys(keyPrefix).deadAfter, Buffer.from(String(seconds)));
}
