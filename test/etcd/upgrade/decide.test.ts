import { expect, test } from "bun:test";
import {
  nextUpgradeStep,
  startingProgram,
  type UpgradeView,
  type VersionedMember,
} from "../../../etcd/upgrade/decide.ts";

/**
 * A member in few words: its name, its version, `*` if it leads, `?` if it is not well, `+` if it has no vote.
 * The first is the own one.
 */
function read(words: string, isSelf: boolean): VersionedMember {
  const [, name = "", version, marks = ""] = /^(\w+)(?:=([\d.]+))?([*?+]*)$/.exec(words) ?? [];
  return {
    id: String(name.charCodeAt(0)),
    name,
    isSelf,
    isVoter: !marks.includes("+"),
    isLeader: marks.includes("*"),
    isHealthy: !marks.includes("?"),
    version,
  };
}

function stepOf(members: string, wanted: string, view: Partial<UpgradeView> = {}): string {
  const all = members.split(" ").map((words, index) => read(words, index === 0));
  const next = nextUpgradeStep({
    current: all[0]?.version ?? "3.4.23",
    wanted,
    members: all,
    isUp: true,
    ...view,
  });
  if (next.step === "hand-over") return `hand over to ${next.to.name}`;
  return "reason" in next ? `${next.step}: ${next.reason}` : next.step;
}

test.each([
  // Nothing newer.
  ["a=3.5.9* b=3.5.9", "3.5.9", "none"],
  ["a=3.5.9* b=3.5.9", "3.4.23", "none"],
  // Alone.
  ["a=3.4.23*", "3.5.9", "go"],
  ["a=3.4.22*", "3.4.23", "go"],
  ["a=3.4.23*?", "3.5.9", "wait: a is not well"],
  // Followers first, the leader at last.
  ["a=3.4.23 b=3.4.23* c=3.4.23", "3.5.9", "go"],
  [
    "a=3.4.23* b=3.5.9 c=3.4.23",
    "3.5.9",
    "wait: this member leads, and c comes before it, which runs etcd 3.4.23",
  ],
  ["a=3.4.23* c=3.5.9 b=3.5.9", "3.5.9", "hand over to b"],
  ["a=3.4.23* b=3.5.1 c=3.5.30", "3.5.9", "hand over to b"],
  ["a=3.4.23* b=3.4.23+ c=3.5.9", "3.5.9", "hand over to c"],
  ["a=3.4.23* b=3.4.23+", "3.5.9", "go"],
  // All have to be well, those without a vote, too.
  ["a=3.4.23 b=3.4.23* c=3.4.23?", "3.5.9", "wait: c is not well"],
  ["a=3.4.23 b=3.4.23* c=3.4.23+?", "3.5.9", "wait: c is not well"],
  ["a=3.4.23 b=3.4.23* c", "3.5.9", "wait: c does not tell its version"],
  // One minor version at a time, in the whole cluster.
  [
    "a=3.4.23*",
    "3.6.0",
    "refuse: etcd 3.6.0 cannot take over from 3.4.23: minor versions follow one another, so run 3.5 first",
  ],
  ["a=3.5.29 b=3.4.23* c=3.5.29", "3.6.0", "wait: b still runs etcd 3.4.23, too old beside 3.6.0"],
  ["a=3.9.0 b=3.9.0*", "3.10.0", "go"],
  // Earlier ones leave behind what 3.6 stumbles over.
  [
    "a=3.5.25*",
    "3.6.0",
    "refuse: etcd 3.6.0 cannot take over from 3.5.25, which leaves behind what it stumbles over: run 3.5.26 or a later 3.5 first",
  ],
  ["a=3.5.26 b=3.5.25*", "3.6.0", "wait: b still runs etcd 3.5.25, too old beside 3.6.0"],
  ["a=3.5.26 b=3.5.30*", "3.6.0", "go"],
  ["a=3.5.1*", "3.5.26", "go"],
  [
    "a=3.4.23 b=3.4.23*",
    "4.0.0",
    "refuse: etcd 4.0.0 cannot take over from 3.4.23: minor versions follow one another, so run 3.5 first",
  ],
])("%s, to be %s: %s", (members, wanted, expected) => {
  expect(stepOf(members, wanted)).toBe(expected);
});

test("a member that is down need not be well itself, nor hand over", () => {
  const down = { isUp: false, current: "3.4.23" };
  expect(stepOf("a? b=3.4.23* c=3.4.23", "3.5.9", down)).toBe("go");
  expect(stepOf("a? b=3.4.23* c=3.4.23?", "3.5.9", down)).toBe("wait: c is not well");
});

test("a cluster that does not know this member", () => {
  const view = { members: [read("b=3.4.23*", false)], current: "3.4.23" };
  expect(stepOf("", "3.5.9", view)).toBe("wait: the cluster does not know this member");
});

test("a member that never started is told by its number", () => {
  const unnamed = { ...read("b?", false), name: "", id: "255" };
  expect(stepOf("", "3.5.9", { members: [read("a=3.4.23*", true), unnamed], current: "3.4.23" })).toBe(
    "wait: the member ff is not well",
  );
});

test.each([
  [undefined, "3.5.9", [], "3.5.9"],
  ["3.4.23", "3.4.23", ["3.4.23"], "3.4.23"],
  ["3.4.22", "3.4.23", ["3.4.22"], "3.4.23"],
  ["3.5.9", "3.4.23", ["3.5.9"], "3.4.23"],
  ["3.4.23", "3.5.9", ["3.4.23"], "3.4.23 then 3.5.9"],
  ["3.4.22", "3.5.9", ["3.4.20", "3.4.22", "3.4.23", "3.5.9", "3.3.0"], "3.4.23 then 3.5.9"],
  ["3.4.23", "3.5.9", ["3.4.22", "3.5.9"], "3.5.9, blind"],
  ["3.4.23", "3.6.0", ["3.4.23"], "3.4.23 then 3.6.0"],
  [
    "3.4.23",
    "3.6.0",
    [],
    "refused: etcd 3.6.0 cannot take over from 3.4.23: minor versions follow one another, so run 3.5 first",
  ],
] as const)(
  "data of %p, etcd %s at hand and %p from before: starts as %s",
  (written, wanted, older, expected) => {
    const found = startingProgram({
      written,
      wanted: { version: wanted },
      older: older.map((version: string) => ({ version })),
    });
    if ("refused" in found) expect(`refused: ${found.refused}`).toBe(expected);
    else {
      const then = found.next === undefined ? "" : ` then ${found.next.version}`;
      expect(`${found.program.version}${then}${found.isBlind === true ? ", blind" : ""}`).toBe(expected);
    }
  },
);
