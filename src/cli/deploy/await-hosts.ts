import type { Deploy } from "../../world/deploy-store.ts";
import type { HostStatus, HostStatusStore } from "../../world/host-status-store.ts";

/** What has become of a deploy on one host. */
interface Outcome {
  readonly text: string;
  readonly state: "under-way" | "good" | "bad";
}

/**
 * Tells what becomes of a deploy on all hosts that it is for and whose agents live, until nothing more will.
 * @param limit in ms; 0 for none
 * @returns the exit status: 1 if it failed on a host
 * @throws Error if that takes too long
 */
export async function awaitHosts(
  statuses: Pick<HostStatusStore, "follow">,
  deploy: Pick<Deploy, "id" | "hosts">,
  limit: number,
  print: (line: string) => Promise<void>,
): Promise<number> {
  const ends = new AbortController();
  const done = Promise.withResolvers<number>();
  const told = new Map<string, string>();
  let outcomes: ReadonlyMap<string, Outcome> = new Map();
  let printed: Promise<unknown> = Promise.resolve();
  const say = (line: string): void => {
    printed = printed.then(() => print(line));
  };
  const look = (hosts: ReadonlyMap<string, HostStatus>): void => {
    outcomes = outcomesOf(hosts, deploy);
    for (const host of [...told.keys()]) {
      if (outcomes.has(host)) continue;
      say(`${host}: gone`);
      told.delete(host);
    }
    for (const [host, { text }] of outcomes) {
      if (told.get(host) === text) continue;
      say(`${host}: ${text}`);
      told.set(host, text);
    }
    const states = [...outcomes.values()].map(({ state }) => state);
    if (states.length === 0) say("there is no agent to run it");
    if (!states.includes("under-way")) done.resolve(states.includes("bad") ? 1 : 0);
  };
  const timer =
    limit === 0 ? undefined : setTimeout(() => done.reject(new Error(late(outcomes, limit))), limit);
  statuses.follow({ onValue: look, onError: () => {} }, ends.signal);
  try {
    return await done.promise;
  } finally {
    clearTimeout(timer);
    ends.abort();
    await printed;
  }
}

function outcomesOf(
  hosts: ReadonlyMap<string, HostStatus>,
  deploy: Pick<Deploy, "id" | "hosts">,
): ReadonlyMap<string, Outcome> {
  const outcomes = new Map<string, Outcome>();
  for (const [host, status] of hosts) {
    const isConcerned =
      status.deploy !== undefined && (deploy.hosts === undefined || deploy.hosts.includes(host));
    if (isConcerned) outcomes.set(host, outcomeOf(status, deploy.id));
  }
  for (const host of deploy.hosts ?? []) {
    if (hosts.get(host) === undefined) outcomes.set(host, { text: "not there", state: "under-way" });
    else if (!outcomes.has(host)) outcomes.set(host, { text: "runs a program of its own", state: "bad" });
  }
  return outcomes;
}

function outcomeOf({ deploy, settled, converged, counts }: HostStatus, id: number): Outcome {
  const { id: at = 0, state = "waiting", message } = deploy ?? {};
  if (at > id) return { text: `has gone on to deploy ${at}`, state: "good" };
  if (at < id) return { text: at === 0 ? "waiting" : `still at deploy ${at}`, state: "under-way" };
  if (state === "failed") return { text: `failed: ${message ?? "its log may tell why"}`, state: "bad" };
  if (state !== "running") return { text: state, state: "under-way" };
  if (!settled || converged === false) return { text: "running", state: "under-way" };
  const { resources, failed, blocked } = counts;
  const troubles = [failed > 0 ? `, ${failed} failed` : "", blocked > 0 ? `, ${blocked} blocked` : ""].join(
    "",
  );
  return {
    text: `${converged === true ? "converged" : "done"}: ${resources} ${resources === 1 ? "resource" : "resources"}${troubles}`,
    state: troubles === "" ? "good" : "bad",
  };
}

function late(outcomes: ReadonlyMap<string, Outcome>, limit: number): string {
  const open = [...outcomes].filter(([, { state }]) => state === "under-way");
  const which = open.map(([host, { text }]) => `${host} (${text})`).join(", ");
  return which === ""
    ? `the store has not told within ${limit / 1000} s what hosts there are`
    : `not done after ${limit / 1000} s: ${which}`;
}
