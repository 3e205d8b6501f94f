import { describe, expect, test } from "bun:test";
import { existsSync, lstatSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { password } from "../../src/resources/password.ts";
import { type Fields, flawOf, type OpenResource, openResource, Scratch } from "./harness.ts";

const open = (scratch: Scratch, fields: Fields = {}): Promise<OpenResource> =>
  openResource(password, "test", fields, { vardir: `${scratch.path}/` });

const sentBy = (resource: OpenResource): string => {
  const value = resource.sent?.get("password");
  if (typeof value !== "string") throw new Error("no password was sent");
  return value;
};

test("has the length asked for, of letters", async () => {
  for (const [fields, length] of [
    [{}, 64],
    [{ length: 1n }, 1],
    [{ length: 65535n }, 65535],
  ] as const) {
    await using resource = await openResource(password, "test", fields);
    expect(await resource.apply()).toBe(false);
    expect(sentBy(resource)).toMatch(new RegExp(`^[a-zA-Z]{${length}}$`));
  }
  expect(flawOf(password, "test", { length: 0n })).toBe("could not generate password: password is empty");
});

test("all letters occur, about equally often", async () => {
  await using resource = await openResource(password, "test", { length: 52_000n });
  await resource.apply();
  const counts = new Map<string, number>();
  for (const letter of sentBy(resource)) counts.set(letter, (counts.get(letter) ?? 0) + 1);
  expect(counts.size).toBe(52);
  // Ten standard deviations from the thousand that each is expected to occur.
  for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(320);
});

describe("not saved", () => {
  test("is kept in memory, and only a marker is on disk", async () => {
    await using scratch = new Scratch();
    await using resource = await open(scratch);
    await resource.apply();
    const first = sentBy(resource);
    expect(readFileSync(scratch.at("password"), "utf8")).toBe("\n");
    expect(statSync(scratch.at("password")).mode & 0o777).toBe(0o600);
    expect([await resource.apply(), await resource.noop()]).toEqual([true, true]);
    expect(sentBy(resource)).toBe(first);
  });

  test("is made anew after a restart", async () => {
    await using scratch = new Scratch();
    await using resource = await open(scratch);
    await resource.apply();
    await using later = await open(scratch);
    expect(await later.noop()).toBe(false);
    expect(later.sent).toBeUndefined();
    expect(await later.apply()).toBe(false);
    expect(sentBy(later)).not.toBe(sentBy(resource));
  });

  test("is made anew when the marker goes away", async () => {
    await using scratch = new Scratch();
    await using resource = await open(scratch);
    await resource.watch();
    await resource.apply();
    const first = sentBy(resource);
    rmSync(scratch.at("password"));
    await resource.repairUntil(() => existsSync(scratch.at("password")));
    expect(sentBy(resource)).not.toBe(first);
  });
});

describe("saved", () => {
  const saved = { saved: true, length: 20n };

  test("survives restarts", async () => {
    await using scratch = new Scratch();
    await using resource = await open(scratch, saved);
    expect(await resource.apply()).toBe(false);
    expect(readFileSync(scratch.at("password"), "utf8")).toBe(`${sentBy(resource)}\n`);
    expect(statSync(scratch.at("password")).mode & 0o777).toBe(0o600);
    await using later = await open(scratch, saved);
    expect(await later.apply()).toBe(true);
    expect(sentBy(later)).toBe(sentBy(resource));
  });

  test("is never written through a link, nor readable for others while it is written", async () => {
    await using scratch = new Scratch();
    writeFileSync(scratch.at("elsewhere"), "");
    symlinkSync(scratch.at("elsewhere"), scratch.at("password"));
    await using resource = await open(scratch, saved);
    await resource.apply();
    expect(lstatSync(scratch.at("password")).isFile()).toBe(true);
    expect(readFileSync(scratch.at("elsewhere"), "utf8")).toBe("");
  });

  test("is made when it was not saved before", async () => {
    await using scratch = new Scratch();
    await using resource = await open(scratch, { length: 20n });
    await resource.apply();
    await using later = await open(scratch, saved);
    expect(await later.noop()).toBe(false);
    expect(await later.apply()).toBe(false);
    expect(readFileSync(scratch.at("password"), "utf8")).toBe(`${sentBy(later)}\n`);
  });

  test("what somebody else writes is taken if it fits", async () => {
    await using scratch = new Scratch();
    await using resource = await open(scratch, saved);
    await resource.watch();
    await resource.apply();
    const mine = "x".repeat(20);
    writeFileSync(scratch.at("password"), ` ${mine}\n\n`);
    await resource.repairUntil(() => sentBy(resource) === mine);
    expect(await resource.apply()).toBe(true);
  });
});

describe("a password on disk that does not fit", () => {
  const notSaved = { length: 4n };
  const saved = { ...notSaved, saved: true };
  const rows: readonly (readonly [title: string, fields: Fields, stored: string, flaw: string])[] = [
    ["too short", saved, "abc", "string length is not 4"],
    ["too long", saved, "abcde", "string length is not 4"],
    ["a digit", saved, "ab1d", "invalid character `1`"],
    ["no letter of ours", saved, "abcé", "invalid character `é`"],
    ["clear text where none should be", notSaved, "abcd", "expected empty token only"],
  ];
  test.each(rows)("%s", async (_title, fields, stored, flaw) => {
    await using scratch = new Scratch();
    writeFileSync(scratch.at("password"), `${stored}\n`);
    await using strict = await open(scratch, fields);
    await expect(strict.apply()).rejects.toThrow(
      `check failed: ${flaw}; set check_recovery to make a new one`,
    );
    expect(readFileSync(scratch.at("password"), "utf8")).toBe(`${stored}\n`);

    await using recovering = await open(scratch, { ...fields, check_recovery: true });
    expect(await recovering.apply()).toBe(false);
    expect(recovering.logs).toEqual([`check failed: ${flaw}`, "generating new password"]);
    expect(sentBy(recovering)).toMatch(/^[a-zA-Z]{4}$/);
    expect(await recovering.apply()).toBe(true);
  });

  test("one that cannot be read", async () => {
    await using resource = await openResource(password, "test", {}, { vardir: "/etc/passwd/" });
    await expect(resource.apply()).rejects.toThrow("could not read /etc/passwd/password: not a directory");
  });
});

test("a notification makes a new one", async () => {
  await using resource = await openResource(password, "test", { saved: true });
  await resource.apply();
  const first = sentBy(resource);
  expect(await resource.apply({ refresh: true })).toBe(false);
  expect(sentBy(resource)).not.toBe(first);
});

test("looking makes none", async () => {
  await using resource = await openResource(password, "test");
  expect(await resource.noop()).toBe(false);
  expect([resource.sent, existsSync(`${resource.vardir}password`)]).toEqual([undefined, false]);
});
