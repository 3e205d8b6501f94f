import { expect, test } from "bun:test";
import { chooseHosts } from "../../src/world/choose-hosts.ts";

const cases: readonly {
  readonly asking: string;
  readonly strategy: "rr" | "alpha";
  readonly max: number;
  readonly before: string;
  readonly chosen: string;
}[] = [
  { asking: "", strategy: "rr", max: 2, before: "h1", chosen: "" },
  { asking: "h1", strategy: "rr", max: 2, before: "", chosen: "h1" },
  { asking: "h3 h1 h2", strategy: "rr", max: 2, before: "", chosen: "h1 h2" },
  { asking: "h1 h3", strategy: "rr", max: 2, before: "h1 h2", chosen: "h1 h3" },
  { asking: "h1 h2 h3", strategy: "rr", max: 2, before: "h1 h3", chosen: "h1 h3" },
  { asking: "h1 h2 h3", strategy: "rr", max: 2, before: "h3 h2", chosen: "h3 h2" },
  { asking: "h1 h2 h3", strategy: "rr", max: 1, before: "h3 h2", chosen: "h3" },
  { asking: "h1 h2 h3", strategy: "rr", max: 9, before: "h3", chosen: "h3 h1 h2" },
  { asking: "h3 h2 h1", strategy: "alpha", max: 2, before: "h3", chosen: "h1 h2" },
];

const hosts = (text: string): string[] => text.split(" ").filter((host) => host !== "");

for (const { asking, strategy, max, before, chosen } of cases)
  test(`${max} of (${asking}) by ${strategy} after (${before}) are (${chosen})`, () => {
    const options = new Map(hosts(asking).map((host) => [host, { strategy, max }]));
    expect(chooseHosts(options, hosts(before))).toEqual(hosts(chosen));
  });

test("where hosts ask for different things, the first in order of names decides", () => {
  const asking = new Map([
    ["h2", { strategy: "rr", max: 1 } as const],
    ["h1", { strategy: "alpha", max: 2 } as const],
  ]);
  expect(chooseHosts(asking, ["h2"])).toEqual(["h1", "h2"]);
});

test("the least busy hosts fill the places that are free", () => {
  const load = new Map(Object.entries({ h1: 0.9, h2: 0.1, h3: 0.5, h4: 0.1 }));
  const asking = new Map(hosts("h4 h3 h2 h1").map((host) => [host, { strategy: "least", max: 2 } as const]));
  const loadOf = (host: string): number => load.get(host) ?? 0;
  expect(chooseHosts(asking, [], loadOf)).toEqual(["h2", "h4"]);
  expect(chooseHosts(asking, ["h1"], loadOf)).toEqual(["h1", "h2"]);
});

test("only the hosts that are named may be chosen", () => {
  const options = { max: 2, hosts: ["h2", "h3", "h9"] };
  for (const strategy of ["rr", "alpha", "least"] as const) {
    const asking = new Map(hosts("h1 h2 h3 h4").map((host) => [host, { ...options, strategy }]));
    expect(chooseHosts(asking, ["h1"])).toEqual(["h2", "h3"]);
  }
});
