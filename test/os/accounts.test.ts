import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { Accounts, accounts } from "../../src/os/accounts.ts";

let root: string;
let own: Accounts;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "mgmt-accounts-"));
  writeFileSync(
    join(root, "passwd"),
    "root:x:0:0:root:/root:/bin/bash\n# comment\nbad line\nalice:x:54321:54322:Alice:/home/alice/:/bin/sh\n12:x:54399:1::/:\ntwin:x:54321:1::/:\n",
  );
  writeFileSync(join(root, "group"), "root:x:0:\nstaff:x:54322:alice,bob\nempty:x:54323:\n");
  own = new Accounts(root);
});

afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

test("users by name and by id; the first line wins", () => {
  const alice = {
    name: "alice",
    uid: 54321,
    gid: 54322,
    comment: "Alice",
    home: "/home/alice/",
    shell: "/bin/sh",
  };
  expect(own.userByName("alice")).toEqual(alice);
  expect(own.userById(54321)).toEqual(alice);
  expect(own.resolveUser("54321")).toEqual(alice);
  expect(own.userByName("nobody-at-all")).toBeUndefined();
});

test("groups and their members", () => {
  expect(own.groupById(54322)?.name).toBe("staff");
  expect(own.resolveGroup("empty")).toEqual({ name: "empty", gid: 54323, members: [] });
  expect(own.supplementaryGroups("alice").map((group) => group.name)).toEqual(["staff"]);
});

test("a number is an id first, then a name", () => {
  writeFileSync(join(root, "passwd"), "54500:x:54501:1::/:\n54501:x:54502:1::/:\n");
  expect(own.resolveUser("54501").name).toBe("54500");
  expect(own.resolveUser("54500").uid).toBe(54501);
});

test("who does not exist is named", () => {
  expect(() => own.resolveUser("54777")).toThrow("user lookup error (54777): no such user");
  expect(() => own.resolveGroup("no-such-group")).toThrow(
    "group lookup error (no-such-group): no such group",
  );
  expect(() => own.resolveUser("")).toThrow("user lookup error (): no such user");
});

test("a changed file is read again", () => {
  expect(own.userByName("carol-x")).toBeUndefined();
  writeFileSync(join(root, "passwd"), "carol-x:x:54600:1::/:\n");
  expect(own.userByName("carol-x")?.uid).toBe(54600);
  expect(own.userById(54321)).toBeUndefined();
});

test("what is not in the files is asked of the system's other sources", () => {
  writeFileSync(join(root, "passwd"), "");
  expect(own.userByName("root")?.uid).toBe(0);
  expect(accounts.resolveGroup("0").name).toBe("root");
});

test.each([
  ["~/x", `${homedir()}/x`],
  ["~/", `${homedir()}/`],
  ["~alice/x/", "/home/alice/x/"],
  ["~alice", "~alice"],
  ["/a/~/b", "/a/~/b"],
])("home of %p", (path, expected) => expect(own.expandHome(path)).toBe(expected));

test("no home", () => {
  expect(() => own.expandHome("~nobody-at-all/x")).toThrow(
    "can't expand ~nobody-at-all/ into home directory",
  );
});
