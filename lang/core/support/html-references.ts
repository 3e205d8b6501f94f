/** Character references of HTML: `&amp;`, `&copy`, `&#233;`, `&#xe9;`. */

/** Replaces all references; what is none stays. */
export function decodeReferences(text: string): string {
  return text.replace(
    /&(?:#([xX]?)([0-9a-fA-F]*);?|[a-zA-Z0-9]+;?)/g,
    (reference, hexadecimal: string | undefined, digits: string | undefined) => {
      if (digits === undefined) return decodeNamed(reference);
      return hexadecimal === "" ? decodeDecimal(reference) : decodeNumeric(reference, digits, 16);
    },
  );
}

/** By the table of HTML 5; the longest old name that is a prefix needs no semicolon. */
function decodeNamed(reference: string): string {
  // Its table is unpacked when it is loaded, which only those should pay for who use it.
  const { decodeHTML }: typeof import("entities/decode") = require("entities/decode");
  return decodeHTML(reference);
}

/** The digits that are also hexadecimal ones end a decimal reference. */
function decodeDecimal(reference: string): string {
  const [decimal = "", digits = ""] = /^&#([0-9]*);?/.exec(reference) ?? [];
  return decodeNumeric(decimal, digits, 10) + reference.slice(decimal.length);
}

/** Windows-1252 in the place of the C1 control characters, from 0x80; 0 where there is none. */
const WINDOWS_1252 = "€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ";

function decodeNumeric(reference: string, digits: string, radix: 10 | 16): string {
  // Go wants three characters behind the ampersand, so that one digit alone needs its semicolon.
  if (reference.length <= 3) return reference;
  let code = 0;
  // Go counts in 32 bits.
  for (const digit of digits) code = (Math.imul(code, radix) + Number.parseInt(digit, 16)) | 0;
  if (code >= 0x80 && code <= 0x9f) return WINDOWS_1252.charAt(code - 0x80);
  const isCharacter = code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
  return isCharacter ? String.fromCodePoint(code) : "\ufffd";
}
