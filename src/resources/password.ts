import { randomInt } from "node:crypto";
import { readFileSync } from "node:fs";
import { encodeBytes } from "../../lang/bytes.ts";
import { ResourceError } from "../engine/resource.ts";
import { replaceFile } from "../os/atomic-file.ts";
import { errorCode, systemError } from "../os/errors.ts";
import { nativePath } from "../os/paths.ts";
import { defineResource } from "./define.ts";
import { pathPart } from "./watch-together.ts";

const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

export const password = defineResource({
  kind: "password",
  summary: "Generates a random password once and sends it to other resources.",
  notes:
    "A notification makes a new one. Unless `saved`, the clear text is in memory only, and a marker that it was made is on disk: once the agent has been restarted, or a parameter has changed, a new password is made and sent to all who receive it.",
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
      const flaw = flawOf(stored, saved, length);
      if (flaw !== undefined) {
        if (!check_recovery)
          throw new ResourceError(`check failed: ${flaw}; set check_recovery to make a new one`);
        log(`check failed: ${flaw}`);
        return undefined;
      }
      return saved ? stored || undefined : current;
    }

    return {
      watch: pathPart({ path, recursive: false }),
      checkApply({ apply, refresh }) {
        const { length, saved } = params();
        const found = existing();
        if (found !== undefined && !refresh) {
          send(new Map([["password", found]]));
          return true;
        }
        if (!apply) return false;
        log("generating new password");
        current = generate(length);
        replaceFile(path, encodeBytes(`${saved ? current : ""}\n`), { mode: 0o600 });
        send(new Map([["password", current]]));
        return false;
      },
    };
  },
});

function generate(length: number): string {
  return Array.from({ length }, () => letters[randomInt(letters.length)]).join("");
}

/** What is wrong with what is on disk; nothing being there is right, or was so before `saved` was set. */
function flawOf(token: string, saved: boolean, length: number): string | undefined {
  if (token === "") return undefined;
  if (!saved) return "expected empty token only";
  if (token.length !== length) return `string length is not ${length}`;
  const alien = [...token].find((character) => !letters.includes(character));
  return alien === undefined ? undefined : `invalid character \`${alien}\``;
}

function readToken(path: string): string | undefined {
  try {
    return readFileSync(nativePath(path), "utf8").trim();
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw systemError("could not read", path, error);
  }
}
