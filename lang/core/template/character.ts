/** Characters in single quotes, which templates take as numbers. */
import { encodeBytes } from "../../bytes.ts";
import { unquote } from "../support/quoted.ts";

/** The code of a character, or the value of a byte; or what is wrong. */
export function parseCharacter(quoted: string): bigint | { readonly problem: string } {
  const text = unquote(quoted);
  if (text) return BigInt(text.isWellFormed() ? (text.codePointAt(0) ?? 0) : (encodeBytes(text)[0] ?? 0));
  const first = /^'(?:\\(?:[0-7]{3}|x..|u.{4}|U.{8}|.)|[^\\'])/u.exec(quoted)?.[0];
  const isLonger = first !== undefined && unquote(`${first}'`) !== undefined;
  return { problem: isLonger ? `malformed character constant: ${quoted}` : "invalid syntax" };
}
