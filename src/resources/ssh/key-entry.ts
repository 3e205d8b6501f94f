import { keyType } from "../../os/ssh/public-key.ts";

/**
 * What keeps a text from being one entry of an authorized_keys file: `[OPTIONS] TYPE BASE64 [COMMENT]`.
 * @param type what the key must be, if that is said elsewhere; else empty
 * @returns undefined if nothing does
 */
export function keyEntryFlaw(entry: string, type: string): string | undefined {
  const text = entry.trim();
  if (text === "" || text.startsWith("#")) return "comment or empty line";
  if (text.includes("\n")) return "leftover data in line";
  const found = keyTypeIn(text) ?? keyTypeIn(afterOptions(text));
  if (found === undefined) return "the entry is no public key: it must be [OPTIONS] TYPE BASE64 [COMMENT]";
  return type === "" || type === found ? undefined : "type does not match key";
}

/** The type that the key itself says it has; undefined if the text is no `TYPE BASE64`. */
function keyTypeIn(text: string): string | undefined {
  const [, base64] = /^\S+[ \t]+([A-Za-z0-9+/]+={0,2})(?=[ \t]|$)/.exec(text) ?? [];
  return base64 === undefined ? undefined : keyType(base64);
}

/** Options are separated by commas, and may hold blanks in quotes. */
function afterOptions(text: string): string {
  const [options = ""] = /^(?:"(?:[^"\\]|\\.)*"|[^\s"])+[ \t]+/.exec(text) ?? [];
  return text.slice(options.length);
}
