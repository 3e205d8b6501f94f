import { type Resource, ResourceError } from "../engine/resource.ts";
import { encodeSchedule } from "../world/schedule-codec.ts";
import type { ScheduleOptions } from "../world/schedule-store.ts";
import { defineResource } from "./define.ts";
import { StoreUse } from "./store-use.ts";

const strategies = { rr: "rr", alpha: "alpha", least: "least" } as const;

export const schedule = defineResource({
  kind: "schedule",
  summary: "Asks for this host to be chosen among all that ask in the same namespace.",
  notes: [
    "`world.schedule` tells who is chosen. All hosts of a namespace should ask for the same. A host is registered when the resource is first applied, so edges decide when.",
    "When the resource leaves or the agent ends, the registration ends at once, unless Persist or TTL say otherwise; when a host dies, it ends after TTL.",
  ].join("\n\n"),
  params: {
    namespace: "str = ''",
    "strategy?": "str",
    "max?": "int32",
    persist: "bool = false",
    "ttl?": "int32",
    "hosts?": "str[]",
    withdraw: "bool = false",
  },
  about: {
    namespace: "What to be chosen for, without a slash. The name of the resource if unset.",
    strategy:
      "`rr`: who was chosen stays, then those that have asked the longest; `least`: who was chosen stays, then those that have the least to do; `alpha`: always the first in order of their names. `rr` if unset.",
    max: "How many hosts to choose; 1 if unset or less than 1.",
    persist: "Stay registered for ever, be the host there or not. Not with TTL.",
    ttl: "Seconds to stay registered after this host has gone away; unset or less than 1 leaves it to the store.",
    hosts: "The hosts that may be chosen; all that ask if unset.",
    withdraw: "Make sure that this host is not registered. Goes with Namespace only.",
  },
  constants: { strategy: strategies },
  example: `schedule "web" {\n\tstrategy => $const.res.schedule.strategy.rr,\n\tmax => 2,\n}\n`,
  validate(name, { namespace, strategy, max, persist, ttl, hosts, withdraw }) {
    if ((namespace || name).includes("/")) return "the Namespace must not have a slash in it";
    if (strategyOf(strategy) === undefined) return `undefined strategy: ${strategy}`;
    if (persist && ttl !== undefined && ttl > 0) return "can't combine Persist with TTL";
    if (!withdraw) return undefined;
    const surplus = Object.entries({
      Strategy: strategy,
      Max: max,
      Persist: persist || undefined,
      TTL: ttl,
      Hosts: hosts,
    });
    const other = surplus.find(([, value]) => value !== undefined);
    return other && `can't combine Withdraw with ${other[0]}`;
  },
  open({ name, params, hostname, world: { schedules }, log, peers }) {
    const namespace = params().namespace || name;
    const store = new StoreUse();
    let hasRegistered = false;

    /** Another resource of the graph that has the namespace. */
    const rival = (): Resource | undefined =>
      peers().find((peer) => (peer.fields.get("namespace") || peer.name) === namespace);

    function options(): ScheduleOptions {
      const { strategy, max = 1, persist, ttl = 0, hosts } = params();
      return {
        strategy: strategyOf(strategy) ?? strategies.rr,
        max: Math.max(1, max),
        persist,
        ...(ttl > 0 ? { ttl } : {}),
        ...(hosts && { hosts }),
      };
    }

    return {
      watch: (watch) =>
        store.watch(watch, (listener, signal) =>
          schedules.followRegistration(namespace, hostname, listener, signal),
        ),
      async checkApply({ apply, signal }) {
        const other = rival();
        if (other !== undefined) {
          throw new ResourceError(
            `schedule[${other.name}] has the namespace ${namespace} as well: a host asks once for each`,
          );
        }
        const found = await store.answer(schedules.registration(namespace, hostname), signal);
        if (params().withdraw) {
          if (found === undefined) return true;
          if (!apply) return false;
          await store.answer(schedules.withdraw(namespace, hostname), signal);
          log("withdrawn");
          return false;
        }
        const wanted = options();
        const isGood = found !== undefined && same(found, wanted);
        if (!apply) return isGood;
        hasRegistered = true;
        // Even if all is well: it may be about to end, for the resource that was here before.
        const hasChanged = await store.answer(schedules.register(namespace, hostname, wanted), signal);
        if (hasChanged) log("scheduled");
        return isGood && !hasChanged;
      },
      async cleanup() {
        // One that comes in its place takes the registration over: without a gap, which might cost this host its turn.
        if (hasRegistered && rival() === undefined) await schedules.release(namespace, hostname);
      },
    };
  },
});

function strategyOf(strategy: string | undefined): ScheduleOptions["strategy"] | undefined {
  switch (strategy) {
    case undefined:
    case "":
    case strategies.rr:
      return strategies.rr;
    case strategies.alpha:
    case strategies.least:
      return strategy;
    default:
      return undefined;
  }
}

function same(a: ScheduleOptions, b: ScheduleOptions): boolean {
  return encodeSchedule(a) === encodeSchedule(b);
}
