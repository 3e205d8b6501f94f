import type { EtcdClient } from "../client/client.ts";
import type { KeyValue } from "../client/key-value.ts";
import { ClusterKeys } from "../cluster-keys.ts";
import { isRecord } from "../json.ts";
import { keyId, readCertificates } from "../pki/certificates.ts";
import { type Role, toRole } from "../pki/role.ts";
import { JoinError } from "./join-error.ts";

/** What the cluster knows of a node that has joined: who it is, is who has the key of its certificate. */
export interface NodeRecord {
  /** Its certificate, without those that lead to the root. PEM. */
  readonly certificate: string;
  readonly role: Role;
  readonly joinedAt: string;
  /** The key of who had the name before, as {@link keyId} has it. */
  readonly replaces?: string | undefined;
  /** The certificate before the last renewal: the node has that still if the answer was lost. */
  readonly previous?: string | undefined;
}

const version = 1;

/** Says the same every time it is asked to, so that records can be compared. */
export function encodeRecord({ certificate, role, joinedAt, replaces, previous }: NodeRecord): Uint8Array {
  return Buffer.from(JSON.stringify({ v: version, certificate, role, joinedAt, replaces, previous }));
}

/** @throws JoinError if it cannot be understood */
export function decodeRecord(name: string, { value }: Pick<KeyValue, "value">): NodeRecord {
  const content = parse(Buffer.from(value).toString());
  const { v, certificate, joinedAt, replaces, previous } = content;
  const role = toRole(content.role);
  if (
    v !== version ||
    role === undefined ||
    typeof certificate !== "string" ||
    typeof joinedAt !== "string" ||
    !isOptionalText(replaces) ||
    !isOptionalText(previous)
  )
    throw new JoinError(
      "unavailable",
      `what the cluster knows of ${name} cannot be understood here; was it written by a newer version?`,
    );
  return { certificate, role, joinedAt, replaces, previous };
}

/** The keys that a node is recognized by, as {@link keyId} has them. */
export function keysOf({ certificate, previous }: NodeRecord): readonly string[] {
  const where = "what the cluster knows of a node";
  return [certificate, ...(previous === undefined ? [] : [previous])].map((pem) =>
    keyId(readCertificates(pem, where)[0]),
  );
}

/** @returns undefined for a node that has not joined @throws EtcdError or JoinError */
export async function readNode(
  client: EtcdClient,
  rootKey: string,
  name: string,
): Promise<NodeRecord | undefined> {
  const entry = await client.get(new ClusterKeys(rootKey).host(name));
  return entry && decodeRecord(name, entry);
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    const content: unknown = JSON.parse(text);
    return isRecord(content) ? content : {};
  } catch {
    return {};
  }
}

function isOptionalText(value: unknown): value is string | undefined {
  return value === undefined || typeof value === "string";
}
