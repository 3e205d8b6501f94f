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

const lost: ReadonlySet<JoinErrorCode> = new Set(["revoked", "unknown-node", "name-taken"]);

export class Standing {
  readonly #options: StandingOptions;
  #doubt = new AbortController();
  #isUnheard = false;

  constructor(options: StandingOptions) {
    this.#options = options;
  }

  /** Has it be looked at now. */
  doubt(): void {
    this.#doubt.abort();
  }

  /**
   * Watches it until the signal fires.
   * @param onGood called when it has been found to be good for the first time
   * @returns what to tell people once the cluster does not trust the node any more; undefined once the signal fires
   */
  async watch(signal: AbortSignal, onGood: () => void): Promise<JoinError | undefined> {
    this.#follow(signal);
    let wait = 0;
    for (let isGood = false; ; ) {
      await pause(wait, AbortSignal.any([signal, this.#doubt.signal]));
      if (signal.aborted) return undefined;
      if (this.#doubt.signal.aborted) this.#doubt = new AbortController();
      const found = await this.#look(signal);
      if (found instanceof JoinError) return found;
      wait = this.#isUnheard ? askingPause : longest;
      if (found === "unknown") wait = this.#options.isRoot ? retryPause : askingPause;
      else if (!isGood) {
        isGood = true;
        onGood();
      }
    }
  }

  #follow(signal: AbortSignal): void {
    const { client, rootKey, name } = this.#options;
    client.follow(
      { key: new ClusterKeys(rootKey).host(name) },
      {
        onChange: () => {
          this.#isUnheard = false;
          this.#doubt.abort();
        },
        onError: () => {
          this.#isUnheard = true;
          this.#doubt.abort();
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
