import { afterEach, describe, expect, test } from "bun:test";
import { MapValue } from "../../../lang/value.ts";
import { exec } from "../../../src/resources/exec.ts";
import { asRoot, isRoot } from "../../support/needs.ts";
import { type Fields, flawOf } from "../harness.ts";

const env = (...names: string[]): Fields => ({ env: new MapValue(names.map((name) => [name, "x"])) });

describe("what is refused", () => {
  const rows: readonly (readonly [name: string, fields: Fields, error: string])[] = [
    [" \t\n", {}, "the Cmd can't be empty"],
    ["x", { cmd: "  " }, "the Cmd can't be empty"],
    ["x", { args: ["a"], shell: "/bin/sh" }, "the Args param can't be used with a Shell"],
    ["x", { cmd: "a b", args: ["c"] }, "the Args param can't be used when Cmd has args"],
    ["a b", { args: ["c"] }, "the Args param can't be used when Cmd has args"],
    ["x", env(""), "invalid variable name: variable name cannot be an empty string"],
    ["x", env("A", "1A"), "invalid variable name: variable name cannot begin with number"],
    ["x", env("A-B"), "invalid variable name: invalid character in variable name"],
    ["x", env("A\n"), "invalid variable name: invalid character in variable name"],
    ["x", env("é"), "invalid variable name: invalid character in variable name"],
    ["x", { sig: "SIGNOPE" }, 'invalid Sig of: "SIGNOPE"'],
    ["x", { sig: "15" }, 'invalid Sig of: "15"'],
    ["x", { sig: "INT" }, 'invalid Sig of: "INT", did you mean: "SIGINT" ?'],
    ["x", { sig: "usr1" }, 'invalid Sig of: "usr1", did you mean: "SIGUSR1" ?'],
    ["x", { sig: "sigKill" }, 'invalid Sig of: "sigKill", did you mean: "SIGKILL" ?'],
    ["x", { watchfiles: ["/a", "b"] }, "the path (`b`) in WatchFiles must be absolute"],
    ["x", { watchfiles: [""] }, "the path (``) in WatchFiles must be absolute"],
    ["x", { creates: "a" }, "the Creates param must be an absolute path"],
    ["x", { mtimes: ["/a", "./b"] }, "the path (`./b`) in Mtimes must be absolute"],
  ];
  test.each(rows)("%p %o: %s", (name, fields, error) => expect(flawOf(exec, name, fields)).toBe(error));
});

describe("what is accepted", () => {
  test.each<[string, Fields]>([
    ["x", {}],
    ["x", { args: [], shell: "/bin/sh" }],
    ["x", { args: [], cmd: "a b" }],
    ["x", env("_a9", "A")],
    ["x", { sig: "SIGHUP" }],
    ["x", { creates: "/a/", watchfiles: ["/"], mtimes: ["/b"] }],
  ])("%p %o", (name, fields) => expect(flawOf(exec, name, fields)).toBeUndefined());

  asRoot.each<[string, Fields]>([
    // Root may become anybody, even somebody whom another resource is yet to create.
    ["x", { user: "nobody-yet", group: "none-yet" }],
  ])("%p %o", (name, fields) => expect(flawOf(exec, name, fields)).toBeUndefined());
});

describe.skipIf(!isRoot)("user and group without being root", () => {
  const nobody = 65534;
  const asNobody = (fields: Fields): string | undefined => {
    process.setegid?.(nobody);
    process.seteuid?.(nobody);
    return flawOf(exec, "x", fields);
  };
  afterEach(() => {
    process.seteuid?.(0);
    process.setegid?.(0);
  });

  test.each<[Fields, string | undefined]>([
    [{ user: "nobody", group: "nogroup" }, undefined],
    [{ user: "65534", group: "65534" }, undefined],
    [{ user: "root" }, "running as root is required if you want to use exec with a different user"],
    [{ user: "0" }, "running as root is required if you want to use exec with a different user"],
    [{ group: "root" }, "running as root is required if you want to use exec with a different group"],
    // No other database than the files is asked for such names.
    [{ user: "\0" }, "error looking up uid for \0: user lookup error (\0): no such user"],
    [{ group: "\0" }, "error looking up gid for \0: group lookup error (\0): no such group"],
  ])("%o: %s", (fields, error) => expect(asNobody(fields)).toBe(error));
});
