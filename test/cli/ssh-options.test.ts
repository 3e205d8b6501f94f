import { expect, test } from "bun:test";
import { homedir } from "node:os";
import { readArguments, UsageError } from "../../src/cli/arguments.ts";
import { readSshOptions, sshOptions } from "../../src/cli/ssh-options.ts";

const key = "AAAAC3NzaC1lZDI1NTE5AAAAIIDsMdHqEhMg2L0qa+NuPXBYgyMfpQRaZyUDXgfQoIgr";

function read(...words: readonly string[]) {
  const definitions = { ...sshOptions, seeds: { type: "string" } } as const;
  return readSshOptions("mgmt run", readArguments("mgmt run", words, definitions, { lists: ["seeds"] }));
}

test("without --ssh-url nothing goes through SSH", () => {
  expect(read()).toBeUndefined();
  expect(read("--seeds", "http://a:1", "--ssh-url=")).toBeUndefined();
});

test("all that can be said", () => {
  const seeds = ["--seeds", "http://127.0.0.1,https://b:1", "--seeds=http://[::1]:5/"];
  expect(read("--ssh-url", "ada@host:2222", ...seeds)).toEqual({
    access: {
      target: { host: "host", user: "ada", port: 2222, hostKey: undefined },
      hostKey: undefined,
      identityFile: undefined,
    },
    seeds: ["http://127.0.0.1:2379", "https://b:1", "http://[::1]:5"],
  });
  expect(read("--ssh-url=host", "--ssh-hostkey", key, "--ssh-id=~/.ssh/x", ...seeds)?.access).toMatchObject({
    hostKey: key,
    identityFile: `${homedir()}/.ssh/x`,
  });
});

test.each([
  [["--ssh-url=host"], "--ssh-url needs --seeds"],
  [["--ssh-id=x"], "--ssh-id is for connections through SSH, and needs --ssh-url"],
  [["--ssh-hostkey=x"], "--ssh-hostkey is for connections"],
  [["--ssh-url=ada:pw@host", "--seeds=http://a"], "--ssh-url: it holds a password"],
  [["--ssh-url=host", "--ssh-hostkey=x", "--seeds=http://a"], "--ssh-hostkey: it must be a public key"],
  [["--ssh-url=host", "--seeds=unix:///x"], "unix:///x is not the URL of a server as the SSH host sees it"],
  [["--ssh-url=host", "--seeds=http://a,http://a:2379/"], "--seeds names http://a:2379 twice"],
  [
    ["--ssh-url=host", "--ssh-id=~nobody-at-all/x", "--seeds=http://a"],
    "--ssh-id: can't expand ~nobody-at-all",
  ],
])("%p cannot be meant", (words, message) => {
  expect(() => read(...words)).toThrow(UsageError);
  expect(() => read(...words)).toThrow(message);
});
