import type { EtcdClient } from "../client/client.ts";
import { ClusterKeys } from "../cluster-keys.ts";
import type { HostFiles } from "../host-files.ts";
import { keysOf, readNode } from "../join/node-record.ts";
import { keyId, readCertificates } from "../pki/certificates.ts";
import { pairNames, pkiFilesOf, readOptional } from "../pki/pki-files.ts";
import { decodeIssuance, type Issuance, issuanceOf } from "./records.ts";
import { issuing } from "./revoke.ts";

export interface ReportOptions {
  /** Of `root`. */
  readonly client: EtcdClient;
  readonly rootKey: string;
  /** Of this node, which signs the certificates of its listeners itself. */
  readonly name: string;
  /** See `pki-files.ts`. */
  readonly pkiDirectory: string;
  readonly files: HostFiles;
  /** In ms since 1970. */
  readonly now: number;
}

/**
 * Has the cluster know which certificates a server has, so that they can be revoked. Nothing happens if it is known by
 * another key by now.
 * @throws EtcdError, JoinError or PkiError
 */
export async function reportCertificates(options: ReportOptions): Promise<void> {
  const { client, rootKey, name, now } = options;
  const keys = new ClusterKeys(rootKey);
  const own = certificatesOf(options);
  const key = keys.host(name);
  const [entry, record] = [await client.get(key), await readNode(client, rootKey, name)];
  if (entry === undefined || record === undefined || own.host === undefined) return;
  if (!keysOf(record).includes(keyId(readCertificates(own.host, "host.crt")[0]))) return;
  const prefix = keys.issuancesTo(name);
  const { entries } = await client.list({ prefix });
  const known = new Map(
    entries.flatMap((each) => decodeIssuance(each.key.slice(prefix.length), each.value) ?? []).map(bySerial),
  );
  const operations = [
    ...issuing(
      rootKey,
      name,
      own.issuances.filter(({ serial }) => !known.has(serial)),
    ),
    ...[...known.values()]
      .filter(({ until }) => until < now)
      .map(({ serial }) => ({ delete: { key: keys.issuance(name, serial) } })),
  ];
  if (operations.length === 0) return;
  await client.transact({ compare: [{ key, modRevision: entry.modRevision }], success: operations });
}

function bySerial(issuance: Issuance): readonly [string, Issuance] {
  return [issuance.serial, issuance];
}

function certificatesOf({ pkiDirectory, files }: ReportOptions): {
  readonly host: string | undefined;
  readonly issuances: readonly Issuance[];
} {
  const paths = pkiFilesOf(pkiDirectory);
  const read = (path: string): string | undefined => readOptional(path, pkiDirectory, files);
  const issuances = pairNames.flatMap((pair) => {
    const certificate = read(paths[pair].certificate);
    return certificate === undefined ? [] : [issuanceOf(certificate, pair === "peer" ? "peer" : "client")];
  });
  return { host: read(paths.host.certificate), issuances };
}
