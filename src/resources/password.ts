import { randomInt } from "node:crypto";
import { chmodSync, closeSync, fsyncSync, openSync, readFileSync, writeSync } from "node:fs";
import { ResourceError } from "../engine/resource.ts";
import { watchPath } from "../os/watch-path.ts";
import { defineResource } from "./define.ts";

const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

export const password = defineResource({
  kind: "password",
  summary: "Generates a random password once and sends it to other resources.",
  notes:
    "A notification makes a new one. Unless `saved`, only a marker that it was made is on disk: after a restart of the agent a new password is generated when it is needed again.",
  params: { length: "uint16 = 64", saved: "bool = false", check_recovery: "bool = false" },
  about: {
    length: "Number of characters, each one of a-z and A-Z; at least 1.",
    saved: "Keep the clear text on disk (mode 0600), so that it survives restarts of the agent.",
    check_recovery: "Generate a new password when the one on disk does not fit, instead of failing.",
  },
  sends: { password: "str" },
  refreshable: true,
  example: `password "db" {\n\tlength => 16,\n}\n`,
  validate: (_name, { length }) =>
    length === 0 ? "could not generate password: password is empty" : undefined,
  open({ params, log, send, vardir }) {
    // The clear text, while the resource lives; not on disk unless the user asked for that.
    let current: string | undefined;
    const path = `${vardir()}password`;

    /** The password to go on with, or undefined if a new one is due. */
    function existing(): string | undefined {
      const { length, saved, check_recovery } = params();
      const stored = readToken(path);
      if (stored === undefined) return undefined;
      const flaw = saved ? flawOf(stored, length) : stored === "" ? undefined : "expected empty token only";
      if (flaw !== undefined) {
        if (!check_recovery)
          throw new ResourceError(`check failed: ${flaw}; set check_recovery to make a new one`);
        log(`check failed: ${flaw}`);
        return undefined;
      }
      return saved ? stored : current;
    }

    return {
      async watch({ ready, changed, signal }) {
        const watch = watchPath(path, { onChange: changed, signal });
        ready();
        await watch.closed;
      },
      checkApply({ apply, refresh }) {
        const { length, saved } = params();
        const found = existing();
        if (found !== undefined && found !== "" && !refresh) {
          current = found;
          send(new Map([["password", found]]));
          return true;
        }
        if (!apply) return false;
        log("generating new password");
        current = generate(length);
        writeToken(path, saved ? current : "");
        send(new Map([["password", current]]));
        return false;
      },
    };
  },
});

function generate(length: number): string {
  return Array.from({ length }, () => letters[randomInt(letters.length)]).join("");
}

function flawOf(token: string, length: number): string | undefined {
  // Saved without clear text: it was made while `saved` was off.
  if (token === "") return undefined;
  if (token.length !== length) return `string length is not ${length}`;
  const alien = [...token].find((character) => !letters.includes(character));
  return alien === undefined ? undefined : `invalid character \`${alien}\``;
}

function readToken(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8").trim();
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw new ResourceError(
      `could not read the stored password: ${error instanceof Error ? error.message : error}`,
    );
  }
}

function writeToken(path: string, token: string): void {
  const file = openSync(path, "w", 0o600);
  try {
    chmodSync(path, 0o600);
    writeSync(file, `${token}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
