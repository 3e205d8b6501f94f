import { isRecord, listField, textField } from "../json.ts";
import { BoltFile, type Bucket } from "./bolt.ts";

/** A member of the cluster that a store belonged to. */
export interface StoreMember {
  /** Decimal. */
  readonly id: string;
  /** Empty if it never started. */
  readonly name: string;
  readonly peerUrls: readonly string[];
}

/** What the file of a store tells of itself. */
export interface StoreFacts {
  /** Of the last change. */
  readonly revision: bigint;
  /** The version that all members of its cluster understood, `MAJOR.MINOR.0`; undefined in one that is brand-new. */
  readonly clusterVersion: string | undefined;
  readonly members: readonly StoreMember[];
}

/** @throws BoltError if the file is none of a store */
export function readStoreFacts(descriptor: number): StoreFacts {
  const { root } = new BoltFile(descriptor);
  const version = root.bucket("cluster")?.get("clusterVersion")?.toString();
  return {
    revision: revisionOf(root),
    clusterVersion: version !== undefined && /^\d+\.\d+\.\d+$/.test(version) ? version : undefined,
    members: root.bucket("members")?.entries().flatMap(toMember) ?? [],
  };
}

/** Keys are revisions. What the last of them deleted may have been compacted away since. */
function revisionOf(root: Bucket): bigint {
  const last = root.bucket("key")?.last();
  const meta = root.bucket("meta");
  let latest = 1n;
  for (const bytes of [last, meta?.get("scheduledCompactRev"), meta?.get("finishedCompactRev")]) {
    const revision = bytes !== undefined && bytes.length >= 8 ? bytes.readBigUInt64BE(0) : 1n;
    if (revision > latest) latest = revision;
  }
  return latest;
}

/** The id is taken from the key: the number in JSON has more digits than numbers have here. */
function toMember({ key, value }: { readonly key: Buffer; readonly value: Buffer }): readonly StoreMember[] {
  const id = key.toString();
  if (!/^[0-9a-f]{1,16}$/.test(id)) return [];
  const member = parse(value.toString());
  return [
    {
      id: String(BigInt(`0x${id}`)),
      name: textField(member, "name"),
      peerUrls: listField(member, "peerURLs").filter((url) => typeof url === "string"),
    },
  ];
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : {};
  } catch {
    return {};
  }
}
