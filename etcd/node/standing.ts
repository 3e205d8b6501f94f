/** Whether the cluster still trusts this node. */
import type { EtcdClient } from "../client/client.ts";
import { pause } from "../client/pause.ts";
import { ClusterKeys } from "../cluster-keys.ts";
import { askAll, post } from "../join/asking.ts";
import { JoinError, type JoinErrorCode } from "../join/join-error.ts";
import { encodeStandingRequest, paths } from "../join/protocol.ts";
import { requireStanding } from "../join/registry.ts";
import { readCertificates } from "../pki/certificates.ts";
import type { Identity } from "../pki/identity.ts";

export interface StandingOptions {
  /** A server's client of `root` can look itself; others ask where nodes join. */
  readonly client: EtcdClient;
  readonly isRoot: boolean;
  readonly rootKey: string;
  readonly name: string;
  /** By what the node is known at present. */
  readonly identity: () => Identity;
  /** Where nodes join, as far as that is known. */
  readonly joinUrls: () => readonly string[];
}

/** In ms: between two times that servers are asked while they cannot be reached otherwise. */
const askingPause = 30_000;
/** In ms: how long they are asked each time. */
const patience = 10_000;
const retryPause = 1_000;
/** In ms: how long a connection may be lost before that is asked about, as when a server is started again. */
const grace = 3_000;

const lost: ReadonlySet<JoinErrorCode> = new Set(["revoked", "unknown-node", "name-taken"]);

export class Standing {
  readonly #options: StandingOptions;
  #wake = new AbortController();
  /** Something may have changed. */
  #isDoubtful = true;
  /** The servers do not let the node in, or cannot be reached. */
  #isUnheard = false;

  constructor(options: StandingOptions) {
    this.#options = options;
  }

  /** Has it be looked at now. */
  doubt(): void {
    this.#isDoubtful = true;
    this.#wake.abort();
  }

  /** The connection is lost: if it is not made again soon, that may be because the node is not let in any more. */
  interrupted(): void {
    if (this.#isUnheard) return;
    this.#isUnheard = true;
    this.#wake.abort();
  }

  restored(): void {
    this.#isUnheard = false;
  }

  /**
   * Watches it until the signal fires.
   * @param onGood called when it has been found to be good for the first time
   * @returns what to tell people once the cluster does not trust the node any more; undefined once the signal fires
   */
  async watch(signal: AbortSignal, onGood: () => void): Promise<JoinError | undefined> {
    const ends = new AbortController();
    this.#follow(AbortSignal.any([signal, ends.signal]));
    try {
      return await this.#watch(signal, onGood);
    } finally {
      ends.abort();
    }
  }

  async #watch(signal: AbortSignal, onGood: () => void): Promise<JoinError | undefined> {
    for (let isGood = false; ; ) {
      if (this.#isUnheard && !this.#isDoubtful) await pause(grace, signal);
      if (signal.aborted) return undefined;
      this.#wake = new AbortController();
      let wait = longest;
      if (this.#isDoubtful || this.#isUnheard) {
        this.#isDoubtful = false;
        const found = await this.#look(signal);
        if (found instanceof JoinError) return found;
        if (found === "good" && !isGood) {
          isGood = true;
          onGood();
        }
        if (found === "unknown") {
          this.#isDoubtful = true;
          wait = this.#options.isRoot ? retryPause : askingPause;
        } else if (this.#isUnheard) wait = askingPause;
      }
      await pause(wait, AbortSignal.any([signal, this.#wake.signal]));
    }
  }

  #follow(signal: AbortSignal): void {
    const { client, rootKey, name } = this.#options;
    client.follow(
      { key: new ClusterKeys(rootKey).host(name) },
      {
        onChange: () => {
          this.#isUnheard = false;
          this.doubt();
        },
        onError: () => {
          this.#isUnheard = true;
          this.doubt();
        },
      },
      signal,
    );
  }

  async #look(signal: AbortSignal): Promise<JoinError | "good" | "unknown"> {
    try {
      await (this.#options.isRoot ? this.#lookUp() : this.#ask(signal));
      return "good";
    } catch (error) {
      return error instanceof JoinError && lost.has(error.code) ? error : "unknown";
    }
  }

  async #lookUp(): Promise<void> {
    const { client, rootKey, name, identity } = this.#options;
    // A cluster that is not complete yet knows nobody.
    if ((await client.get(new ClusterKeys(rootKey).info)) === undefined)
      throw new JoinError("unavailable", "this cluster has not been set up completely yet");
    await requireStanding(client, rootKey, name, readCertificates(identity().certificate, "host.crt")[0]);
  }

  async #ask(signal: AbortSignal): Promise<void> {
    const { identity, joinUrls } = this.#options;
    const { certificate, root } = identity();
    const request = encodeStandingRequest(certificate);
    await askAll(joinUrls(), (url) => post(url, paths.standing, request, root, signal), {
      signal,
      end: performance.now() + patience,
      onFailure: () => {},
    });
  }
}

/** In ms: the longest that timers take. */
const longest = 2 ** 31 - 1;
