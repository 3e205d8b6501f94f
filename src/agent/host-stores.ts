/** What is kept and shared, as programs see it. */
import { EtcdError } from "../../etcd/client/error.ts";
import {
  type ExportedResource,
  HostError,
  type HostFiles,
  type HostStore,
  type HostStores,
} from "../../lang/host.ts";
import { explainError } from "../os/errors.ts";
import type { Log } from "../os/log.ts";
import { loaders } from "../resources/index.ts";
import type { Listener } from "../world/listener.ts";
import type { World } from "../world/world.ts";
import { within } from "./within.ts";

/** @param world without it, nothing is kept or shared */
export function hostStores(
  world: World | undefined,
  files: Pick<HostFiles, "read">,
  log: Log,
  signal: AbortSignal,
): HostStores {
  return {
    values: following(world?.values, undefined, log, signal, (value) => value),
    responses: following(world?.responses, undefined, log, signal, (response) => ({
      status: response?.status ?? 0,
      output: response?.file === undefined ? "" : files.read(response.file),
    })),
    strings: following(world?.strings, undefined, log, signal, (text) => text),
    hostStrings: following(world?.hostStrings, new Map(), log, signal, (texts) => texts),
    schedules: following(world?.schedules, [], log, signal, (hosts) => hosts),
  };
}

/**
 * What other hosts, and this one, export to this one.
 * @param world without it, nobody exports anything
 */
export function hostExports(
  world: World | undefined,
  hostname: string,
  log: Log,
  signal: AbortSignal,
): HostStore<readonly ExportedResource[]> {
  const store: Store<readonly ExportedResource[]> | undefined = world && {
    follow: (kind, listener, ends) => world.exports.follow({ kind, to: hostname }, listener, ends),
  };
  const known = following(store, [], log, signal, (records) => records);
  return {
    follow(kind, onValue, onError) {
      if (!Object.hasOwn(loaders, kind)) throw new HostError(`there is no resource kind \`${kind}\``);
      return known.follow(kind, onValue, onError);
    },
  };
}

interface Store<T> {
  follow(key: string, listener: Listener<T>, signal: AbortSignal): void;
}

/** @param nothing what is kept where there is no store */
function following<T, Seen>(
  store: Store<T> | undefined,
  nothing: T,
  log: Log,
  signal: AbortSignal,
  see: (kept: T) => Seen,
): HostStore<Seen> {
  return {
    follow(key, onValue, onError) {
      const fail = (error: unknown): void => onError(new HostError(explainError(error)));
      const listener: Listener<T> = {
        onValue(kept) {
          let seen: Seen;
          try {
            seen = see(kept);
          } catch (error) {
            fail(error);
            return;
          }
          onValue(seen);
        },
        onError(error) {
          // What may pass is no fault of the program, which waits for it as for any value, and keeps what it has had.
          if (error instanceof EtcdError && error.isTransient)
            log("warn", "main", `waiting for the shared store: ${error.message}`);
          else fail(error);
        },
      };
      return within(signal, (ends) => {
        if (store === undefined) listener.onValue(nothing);
        else store.follow(key, listener, ends);
      });
    },
  };
}
