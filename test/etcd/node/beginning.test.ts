import { describe, expect, test } from "bun:test";
import { beginningOf, type Known } from "../../../etcd/node/beginning.ts";

const begin = (known: Partial<Known>) =>
  beginningOf({
    name: "h1",
    state: {},
    authority: undefined,
    hasIdentity: false,
    seeds: [],
    tokenAuthority: undefined,
    insecure: false,
    replace: false,
    ...known,
  });

const member = { name: "h1", mode: "member", insecure: false } as const;

describe("how a node begins", () => {
  test("alone: with a cluster of its own", () => {
    expect(begin({})).toBe("bootstrap");
    expect(begin({ insecure: true })).toBe("bootstrap");
  });

  test("with a token: it joins, once", () => {
    const token = { seeds: ["https://10.0.0.1:2379"], tokenAuthority: "a" };
    expect(begin(token)).toBe("join");
    expect(begin({ ...token, authority: "a" })).toBe("join");
    const joined = {
      ...token,
      authority: "a",
      hasIdentity: true,
      state: { ...member, mode: "client" as const },
    };
    expect(begin(joined)).toBe("client");
    expect(begin({ ...joined, replace: true })).toBe("join");
    // It has its certificate, and does not remember its cluster yet.
    expect(begin({ ...joined, state: {}, seeds: [] })).toBe("join");
  });

  test("with seeds alone: as a client, where that is safe", () => {
    expect(begin({ seeds: ["http://127.0.0.1:2379"] })).toBe("client");
    expect(begin({ seeds: ["unix:///run/etcd.sock"] })).toBe("client");
    expect(begin({ seeds: ["http://10.0.0.1:2379"], insecure: true })).toBe("client");
    expect(begin({ seeds: ["https://10.0.0.1:2379"], authority: "a" })).toBe("client");
  });

  test("as what it was before", () => {
    expect(begin({ state: member })).toBe("member");
    expect(begin({ state: { ...member, mode: "client" }, seeds: ["https://10.0.0.1:2379"] })).toBe("client");
  });

  const refused: readonly (readonly [string, Partial<Known>, RegExp])[] = [
    [
      "in the directory of another",
      { state: { ...member, name: "h2" } },
      /that of the node h2, not of h1.*--hostname h2/,
    ],
    [
      "with a token of another cluster",
      { authority: "a", tokenAuthority: "b" },
      /token is of another cluster/,
    ],
    ["without certificates where there are some", { state: member, insecure: true }, /leave out --insecure/],
    ["with certificates where there are none", { state: { ...member, insecure: true } }, /add --insecure/],
    [
      "with a token that nobody asks for",
      { tokenAuthority: "a", insecure: true },
      /leave out --insecure or the token/,
    ],
    [
      "unknown to servers that ask",
      { seeds: ["https://10.0.0.1:2379"] },
      /give a --token.*mgmt cluster token/,
    ],
    ["in the open", { seeds: ["http://10.0.0.1:2379"] }, /add --insecure/],
  ];
  for (const [what, known, message] of refused)
    test(`not ${what}`, () => {
      expect(() => begin(known)).toThrow(message);
    });
});
