import { join, resolve } from "node:path";

/** The files of a server, all below one directory. */
export interface Layout {
  readonly directory: string;
  /** Locked by whoever runs the server. */
  readonly lock: string;
  /** Working directory of the server, for its owner alone: it makes its sockets there. */
  readonly run: string;
  /** Which process the server is, see `orphan.ts`. */
  readonly process: string;
  readonly clientSocket: string;
  readonly peerSocket: string;
  readonly data: string;
  readonly state: string;
}

/**
 * The names of the sockets. etcd takes a socket's address in the form HOST:PORT only, and makes a file of the whole of
 * it in its working directory.
 */
export const clientSocketName = "client.sock:0";
export const peerSocketName = "peer.sock:0";

export function layoutOf(directory: string): Layout {
  const root = resolve(directory);
  const run = join(root, "run");
  return {
    directory: root,
    lock: join(root, "lock"),
    run,
    process: join(run, "pid"),
    clientSocket: join(run, clientSocketName),
    peerSocket: join(run, peerSocketName),
    data: join(root, "server"),
    state: join(root, "state.json"),
  };
}
