import { join, resolve } from "node:path";

/** Where a certificate and its key are. */
export interface PairPaths {
  readonly certificate: string;
  readonly key: string;
}

/** The files of a node's certificates, all below one directory such as `PREFIX/pki`. */
export interface PkiFiles {
  readonly directory: string;
  /** The root certificate, and its key, which only the first node has, until it is taken off-line. */
  readonly root: PairPaths;
  /** What signs the certificates of clients and of servers' client listeners; on nodes of role server. */
  readonly clientAuthority: PairPaths;
  /** What signs the certificates of peers; on nodes of role server. */
  readonly peerAuthority: PairPaths;
  /** By which this node is known to the cluster. */
  readonly host: PairPaths;
  /** Of the listener for clients. */
  readonly server: PairPaths;
  /** Of the listener for peers, and of this node as a peer. */
  readonly peer: PairPaths;
}

/** Pairs of a node that are renewed. */
export type PairName = "host" | "server" | "peer";

export function pkiFilesOf(directory: string): PkiFiles {
  const root = resolve(directory);
  const pair = (name: string): PairPaths => ({
    certificate: join(root, `${name}.crt`),
    key: join(root, `${name}.key`),
  });
  return {
    directory: root,
    root: pair("ca"),
    clientAuthority: pair("client-ca"),
    peerAuthority: pair("peer-ca"),
    host: pair("host"),
    server: pair("server"),
    peer: pair("peer"),
  };
}
