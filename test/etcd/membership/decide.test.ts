import { describe, expect, test } from "bun:test";
import { decide, wantedVoters } from "../../../etcd/membership/decide.ts";
import { nomination, situation, volunteer } from "./situations.ts";

const host = (step: { readonly do: string }): unknown => ("host" in step ? step.host : undefined);

/** The step, in a few words. */
function step(given: Parameters<typeof situation>[0]): string {
  const { step } = decide(situation(given));
  switch (step.do) {
    case "remove":
      return `remove ${step.name} ${step.because}`;
    case "move-leader":
      return `move-leader ${step.to}`;
    case "answer":
      return `answer ${step.host} ${step.state}`;
    case "give-up":
      return `give-up ${step.host}`;
    case "end-nomination":
      return `end-nomination ${step.host} ${step.outcome}${step.quarantines ? " quarantine" : ""}`;
    default:
      return host(step) === undefined ? step.do : `${step.do} ${host(step)}`;
  }
}

const reason = (given: Parameters<typeof situation>[0]): string => decide(situation(given)).reason;
const notes = (given: Parameters<typeof situation>[0]): string => decide(situation(given)).notes.join("\n");

test("how many voters are wanted", () => {
  const table = [1, 2, 3, 5, 9].map((ideal) =>
    [0, 1, 2, 3, 4, 5, 6].map((each) => wantedVoters(ideal, each)),
  );
  expect(table).toEqual([
    [0, 1, 1, 1, 1, 1, 1],
    [0, 1, 2, 2, 2, 2, 2],
    [0, 1, 1, 3, 3, 3, 3],
    [0, 1, 1, 3, 3, 5, 5],
    [0, 1, 1, 3, 3, 5, 5],
  ]);
});

describe("growing", () => {
  test.each([
    ["one volunteer is not enough for three", "a", "b", "nothing"],
    ["two are", "a", "b c", "add b"],
    ["from two to three", "a b", "c", "add c"],
    ["from three, two more are needed", "a b c", "d", "nothing"],
    ["up to the ideal", "a b c d e", "f g", "nothing"],
  ])("%s", (_, members, volunteers, expected) => {
    expect(step({ members, volunteers })).toBe(expected);
  });

  test("to two, if two are wanted", () => {
    expect(step({ members: "a", volunteers: "b", ideal: 2 })).toBe("add b");
    expect(notes({ members: "a b", ideal: 2 })).toContain("two voters");
  });

  test("who is in another zone is preferred, then who has been up the longest, then by name", () => {
    const in2 = (zones: string, since = "0 0 0"): string => {
      const [a = "", b = "", c = ""] = zones.split(" ");
      const [x = 0, y = 0, z = 0] = since.split(" ").map(Number);
      return step({
        members: "a",
        volunteers: {
          a: volunteer("a", { zone: a, memberId: "a" }),
          b: volunteer("b", { zone: b, since: y }),
          c: volunteer("c", { zone: c, since: z + x }),
        },
      });
    };
    expect(in2("z1 z1 z2")).toBe("add c");
    expect(in2("z1 z2 z2")).toBe("add b");
    expect(in2("z1 z2 z2", "0 7 5")).toBe("add c");
    expect(in2("z1 z1 z2", "0 1 9")).toBe("add c");
  });

  test("nobody is added while a voter is down", () => {
    const given = { members: "a b c?", volunteers: "d e" };
    expect(step(given)).toBe("wait");
    expect(reason(given)).toContain("c is well again");
  });

  test("nobody who is in quarantine, who is to leave, or who has data of no member", () => {
    const all = { members: "a", volunteers: "b c d" };
    expect(step({ ...all, quarantined: "b" })).toBe("add c");
    expect(step({ ...all, leaving: { b: { state: "left" } } })).toBe("add c");
    const stale = {
      members: "a",
      volunteers: { ...situation(all).record, b: volunteer("b", { memberId: "x" }) },
    };
    expect(step(stale)).toBe("add c");
    expect(notes(stale)).toContain("b cannot become a member as long as it has the data of member x");
  });
});

test("an etcd that is older than those of all members cannot take part", () => {
  const versions = (a: string, own: string) => {
    const voters = { a: volunteer("a", { memberId: "a", etcdVersion: a }) };
    const others = { b: volunteer("b", { etcdVersion: own }), c: volunteer("c", { etcdVersion: own }) };
    return { members: "a", volunteers: { ...voters, ...others } };
  };
  expect(step(versions("3.5.1", "3.4.23"))).toBe("nothing");
  expect(notes(versions("3.5.1", "3.4.23"))).toContain("b cannot become a member: its etcd 3.4.23 is older");
  expect(step(versions("3.9.0", "3.10.0"))).toBe("add b");
  expect(step(versions("3.5.9", "3.5.1"))).toBe("add b");
});

describe("addresses", () => {
  const peers = (url: string) => ({
    b: volunteer("b", { peerUrls: [url] }),
    c: volunteer("c", { peerUrls: [url.replace("h2", "h3").replace("2382", "2383")] }),
  });

  test("a cluster on loopback takes nobody from outside", () => {
    const given = { members: "a", volunteers: peers("https://h2:2380"), peerUrl: "http://127.0.0.1:2380" };
    expect(step(given)).toBe("nothing");
    expect(notes(given)).toContain(
      "the members of the cluster cannot be reached from other hosts (http://127.0.0.1:2380)",
    );
    expect(notes(given)).toContain("--server-urls");
  });

  test("several on one machine can use loopback", () => {
    expect(
      step({ members: "a", volunteers: peers("http://localhost:2382"), peerUrl: "http://[::1]:2380" }),
    ).toBe("add b");
  });

  test.each(["http://127.0.0.1:2382", "unix://peer.sock:0"])("a volunteer at %s cannot be reached", (url) => {
    const given = { members: "a", volunteers: peers(url) };
    expect(step(given)).toBe("nothing");
    expect(notes(given)).toContain("b cannot become a member: its peer URLs");
    expect(notes(given)).toContain("--server-urls");
  });

  test("sockets reach nowhere", () => {
    const given = { members: "a", volunteers: peers("unix://other:0"), peerUrl: "unix://peer.sock:0" };
    expect(notes(given)).toContain("--server-urls");
    expect(step(given)).toBe("nothing");
  });

  test("two cannot have the same address", () => {
    const given = {
      members: "a",
      volunteers: peers("http://127.0.0.1:2380"),
      peerUrl: "http://127.0.0.1:2380",
    };
    expect(notes(given)).toContain("its peer URL http://127.0.0.1:2380 is that of a");
    expect(step(given)).toBe("nothing");
  });
});

describe("a learner", () => {
  test.each([
    ["is promoted once it runs", "a b* c", "b", 10, "promote b"],
    ["is waited for until it runs", "a b*! c", "b", 10, "wait"],
    ["is not promoted while it does not answer", "a b*? c", "b", 10, "wait"],
    ["that does not come in time is given up", "a b*! c", "b", -1, "give-up b"],
    ["that does not catch up in time is given up", "a b* c", "b", -1, "give-up b"],
    ["that was not told of its nomination is told", "a b*! c", "", 10, "nominate b"],
    ["that runs without a nomination gets one", "a b* c", "", 10, "nominate b"],
    ["that nobody belongs to is removed", "a x*!", "", 10, "give-up undefined"],
  ])("%s", (_, members, nominated, deadline, expected) => {
    const nominations = nominated === "" ? {} : { [nominated]: nomination(nominated, members, deadline) };
    expect(step({ members, volunteers: "b d", nominations })).toBe(expected);
  });

  test("is told anew when the members are others, as long as it has not started", () => {
    const nominations = { b: nomination("b", "a b*! c d", 10) };
    expect(step({ members: "a b*! c", volunteers: "b d", nominations })).toBe("nominate b");
    expect(step({ members: "a b* c", volunteers: "b d", nominations })).toBe("promote b");
  });

  test("is given up when it is to leave, or not needed any more", () => {
    const nominations = { b: nomination("b", "a b*! c d", 10) };
    const given = { members: "a b*! c d", volunteers: "b e", nominations };
    expect(step({ ...given, leaving: { b: {} } })).toBe("give-up b");
    expect(step({ ...given, ideal: 3 })).toBe("give-up b");
    expect(step({ ...given, ideal: 5 })).toBe("wait");
  });

  test("nothing else happens meanwhile", () => {
    const nominations = { b: nomination("b", "a b*! c d?", 10) };
    const given = { members: "a b*! c d?", volunteers: "b e f", nominations, deadAfter: 1 };
    expect(step(given)).toBe("wait");
  });

  test("a nomination ends with what became of it", () => {
    const of = (members: string, deadline = 10): string =>
      step({ members, volunteers: "c", nominations: { b: nomination("b", "a b", deadline) } });
    expect(of("a b")).toBe("end-nomination b promoted");
    expect(of("a c")).toBe("end-nomination b gone");
    expect(of("a c", -1)).toBe("end-nomination b gone quarantine");
  });
});

describe("a member that is down", () => {
  test.each([
    ["is waited for", "a b c?5", "d", "wait"],
    ["is removed after its time if another can take its place", "a b c?10", "d", "remove c dead"],
    ["stays if nobody can", "a b c?99", "", "wait"],
    ["stays if there would be no quorum without it", "a b?99 c?99", "d", "wait"],
    ["is removed first when two are down", "a b c d?20 e?30", "f", "remove e dead"],
  ])("%s", (_, members, volunteers, expected) => {
    expect(step({ members, volunteers, deadAfter: 10 })).toBe(expected);
  });

  test.each([
    ["is removed though it runs", "a b c", "remove c replaced"],
    ["also if it is needed for that", "a c", "remove c replaced"],
    ["once another leads", "c a b", "move-leader a"],
    ["not if there would be no quorum without it", "a b?5 c", "wait"],
    ["not if it is all there is", "c", "nothing"],
  ])("and whose place another machine has taken: %s", (_, members, expected) => {
    expect(step({ members, replaced: "c" })).toBe(expected);
  });

  test("is removed at once if its host has lost its data", () => {
    const volunteers = { c: volunteer("c", {}) };
    expect(step({ members: "a b c?", volunteers })).toBe("remove c replaced");
    expect(step({ members: "a b c", volunteers })).toBe("nothing");
    expect(step({ members: "a b? c?", volunteers })).toBe("wait");
    expect(step({ members: "a b", volunteers })).toBe("add c");
  });

  test("without a quorum of healthy members nothing is changed", () => {
    const given = { members: "a b?99 c?99", volunteers: "d e" };
    expect(reason(given)).toContain("of 3 voters only 1 is well, and 2 have to be");
    expect(reason(given)).toContain("bring b, c up");
  });
});

describe("leaving", () => {
  test.each([
    ["is refused to the last member", "a", "", "a", "answer a refused"],
    ["is refused to the last member even by force", "a", "", "a!", "answer a refused"],
    ["is refused if those who stay have no quorum", "a b c?", "", "a", "answer a refused"],
    ["is possible all the same by force", "a b c?", "", "b!", "remove b leaving"],
    ["of one that is down anyway is possible", "a b c?", "", "c", "remove c leaving"],
    ["of one that is down goes before its replacement", "a b c?", "d", "c", "remove c leaving"],
    ["of a voter", "a b c", "", "c", "remove c leaving"],
    ["of the leader hands over first", "a b c", "", "a", "move-leader b"],
    ["of one that is no member is done", "a b c", "", "x", "answer x left"],
    ["is told that a replacement comes first", "a b c", "d", "c", "answer c waiting"],
    ["does not wait for a replacement by force", "a b c", "d", "c!", "remove c leaving"],
    ["the last member can be replaced", "a", "d", "a", "answer a waiting"],
  ])("%s", (_, members, volunteers, leaving, expected) => {
    const force = leaving.endsWith("!");
    expect(step({ members, volunteers, leaving: { [leaving.replace("!", "")]: { force } } })).toBe(expected);
  });

  test("the replacement comes before the removal, once that has been told", () => {
    const given = { members: "a b c", volunteers: "d", leaving: { c: {} } };
    const { step: told } = decide(situation(given));
    if (told.do !== "answer") throw new Error(told.do);
    expect(step({ ...given, leaving: { c: { state: told.state, reason: told.answer } } })).toBe("add d");
    expect(step({ ...given, members: "a b c d", volunteers: "" })).toBe("remove c leaving");
  });

  test("waiting for a replacement does not keep a dead member from being replaced", () => {
    const given = { members: "a b c d e?20", volunteers: "f", deadAfter: 10, leaving: { b: {} } };
    const { step: told } = decide(situation(given));
    if (told.do !== "answer") throw new Error(told.do);
    expect(told.answer).toContain("not before e is well again or removed");
    const waiting = { ...given, leaving: { b: { state: told.state, reason: told.answer } } };
    expect(step(waiting)).toBe("remove e dead");
  });

  test("one after the other, in the order in which they asked", () => {
    const leaving = { b: { requestedAt: 2 }, c: { requestedAt: 1 } };
    expect(step({ members: "a b c", leaving })).toBe("remove c leaving");
    expect(step({ members: "a b", leaving })).toBe("answer c left");
  });
});

describe("too many voters", () => {
  test.each([
    ["the last by name goes", "a b c d e", 3, "remove e surplus"],
    ["one after the other", "a b c d", 3, "remove d surplus"],
    ["one that is down goes first", "a b c? d e", 3, "remove c surplus"],
    ["an even number is no better than the odd one below", "a b c d", 5, "remove d surplus"],
    ["one that is down for a moment does not count as one of an even number", "a b c d?", 5, "wait"],
    ["two stay two, for two copies are better than one", "a b", 5, "nothing"],
    ["unless one is wanted", "a b", 1, "remove b surplus"],
    ["from three to two", "a b c", 2, "remove c surplus"],
  ])("%s", (_, members, ideal, expected) => {
    expect(step({ members, ideal })).toBe(expected);
  });

  test("the leader stays", () => {
    expect(step({ members: "a b c d?", ideal: 1, leader: "c" })).toBe("remove d surplus");
    expect(step({ members: "a b c", ideal: 2, leader: "c" })).toBe("remove b surplus");
    expect(step({ members: "a b?", ideal: 1, leader: "b" })).toBe("wait");
  });

  test("who does not volunteer goes first, then who shares its zone, then who came last", () => {
    const given = (changes: Readonly<Record<string, object>>) => ({
      members: "a b c d",
      ideal: 3,
      volunteers: Object.fromEntries(
        [..."abcd"].flatMap((name) =>
          changes[name] === undefined ? [] : [[name, volunteer(name, { memberId: name, ...changes[name] })]],
        ),
      ),
    });
    expect(step(given({ a: {}, c: {}, d: {} }))).toBe("remove b surplus");
    expect(step(given({ a: { zone: "1" }, b: { zone: "2" }, c: { zone: "2" }, d: { zone: "3" } }))).toBe(
      "remove c surplus",
    );
    expect(step(given({ a: {}, b: { since: 5 }, c: { since: 9 }, d: {} }))).toBe("remove c surplus");
  });

  test("an even number stays while one more is only in quarantine", () => {
    expect(step({ members: "a b c d", volunteers: "e", quarantined: "e" })).toBe("nothing");
  });
});

test("people are told of dangers", () => {
  expect(notes({ members: "a b" })).toContain("either of its two voters");
  expect(notes({ members: "a b c?" })).toContain("if one more voter is lost");
  expect(notes({ members: "a", volunteers: "b", quarantined: "b" })).toContain(
    "b did not become a member in time",
  );
  expect(reason({ members: "a" })).toContain("more hosts have to volunteer");
  expect(reason({ members: "a", volunteers: "b" })).toContain("b waits for more hosts");
});
