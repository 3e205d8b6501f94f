import type { State } from "../server/state-file.ts";
import { isLoopback } from "./addresses.ts";

/** What is known when a node starts. */
export interface Known {
  readonly name: string;
  /** What the node remembers. */
  readonly state: State;
  /** SHA-256 of the root certificate that the node trusts, in hexadecimal digits; undefined if it trusts none. */
  readonly authority: string | undefined;
  /** Whether it has a certificate of its own. */
  readonly hasIdentity: boolean;
  readonly seeds: readonly string[];
  /** Of a join token: the same of the certificate it is about. */
  readonly tokenAuthority: string | undefined;
  readonly insecure: boolean;
  /** The way to the seeds is one that others cannot listen on. */
  readonly isRouted?: boolean;
  /** Join anew, in the place of the node that had this name. */
  readonly replace: boolean;
}

/** How a node comes to its cluster (cluster specification 10.5). */
export type Beginning =
  /** It makes a cluster of its own. */
  | "bootstrap"
  /** It asks with its token to be let in. */
  | "join"
  /** It is a member, from before. */
  | "member"
  /** It belongs to the cluster, from before or because nobody asks who it is. */
  | "client";

/** A node that cannot begin as it is told to. The message names the cause and the cure. */
export class NodeError extends Error {
  override readonly name = "NodeError";
}

/** @throws NodeError */
export function beginningOf(known: Known): Beginning {
  const { name, state, authority, hasIdentity, seeds, tokenAuthority, insecure, replace, isRouted } = known;
  if (state.name !== undefined && state.name !== name)
    throw new NodeError(
      `this working directory is that of the node ${state.name}, not of ${name}: use --hostname ${state.name}, ` +
        "another --prefix, or `mgmt cluster reset` to begin anew",
    );
  const belongs = state.mode !== undefined;
  if (belongs && state.insecure !== undefined && state.insecure !== insecure)
    throw new NodeError(
      insecure
        ? "the cluster of this node has certificates: leave out --insecure"
        : "the cluster of this node does without certificates: add --insecure, or begin anew with `mgmt cluster reset`",
    );
  if (tokenAuthority !== undefined) {
    if (insecure)
      throw new NodeError("a token is of use with certificates only: leave out --insecure or the token");
    if (authority !== undefined && authority !== tokenAuthority)
      throw new NodeError(
        "the token is of another cluster than the one this node belongs to; take one of its own cluster, " +
          "or leave that cluster with `mgmt cluster reset`",
      );
    // The same command line starts a node for the first time and ever after; and once more if that was interrupted.
    if (!hasIdentity || replace || !belongs) return "join";
  }
  if (state.mode !== undefined) return state.mode;
  if (seeds.length === 0) return "bootstrap";
  for (const seed of seeds)
    checkSeed(seed, hasIdentity || authority !== undefined, insecure || isRouted === true);
  return "client";
}

function checkSeed(seed: string, hasCertificates: boolean, mayBeOpen: boolean): void {
  if (seed.startsWith("https:") || seed.startsWith("unixs:")) {
    if (hasCertificates) return;
    throw new NodeError(
      `the servers at ${seed} want to know who this is: give a --token, which \`mgmt cluster token\` prints on a node of ` +
        "theirs, or bring certificates in with `mgmt pki import`",
    );
  }
  if (mayBeOpen || seed.startsWith("unix:") || isLoopback(seed)) return;
  throw new NodeError(
    `to the seed ${seed} there is no encryption, and anybody can pretend to be it; add --insecure if that is meant, or use https`,
  );
}
