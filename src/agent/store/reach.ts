import type { EtcdError } from "../../../etcd/client/error.ts";
import type { Follower } from "../../../etcd/client/following.ts";
import type { WatchMonitor } from "../../../etcd/client/watches.ts";
import type { Log } from "../../os/log.ts";

/** Told when the store can be reached, and when it cannot. */
export interface Reach extends Required<WatchMonitor>, Follower {
  /** It has answered, and has not been lost since. */
  readonly isThere: boolean;
}

/** Tells the log whether the store can be reached, when that changes, and not more often. */
export function tellReach(log: Log): Reach {
  let state: "unknown" | "there" | "away" = "unknown";
  const away = (error: EtcdError): void => {
    if (state === "away") return;
    const what = state === "unknown" ? "does not answer yet" : "is lost";
    state = "away";
    log("warn", "store", `the store ${what}; this host goes on with what it has: ${error.message}`);
  };
  const there = (server?: string): void => {
    if (state === "there") return;
    const from = server === undefined ? "" : `, at ${server}`;
    log("info", "store", state === "unknown" ? "the store answers" : `the store is back${from}`);
    state = "there";
  };
  return {
    onInterrupted: away,
    onRestored: there,
    onError: away,
    onChange: () => there(),
    get isThere() {
      return state === "there";
    },
  };
}
