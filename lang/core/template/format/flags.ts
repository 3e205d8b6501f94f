/** What stands between `%` and its verb, and the padding that it asks for. */

export interface Flags {
  readonly width?: number | undefined;
  readonly precision?: number | undefined;
  /** `-` */
  readonly minus?: boolean;
  /** `+` */
  readonly plus?: boolean;
  /** `#` */
  readonly sharp?: boolean;
  /** A blank. */
  readonly space?: boolean;
  /** `0` */
  readonly zero?: boolean;
  /** `%+v`: with names of fields. */
  readonly plusV?: boolean;
  /** `%#v`: as source code. */
  readonly sharpV?: boolean;
}

export const noFlags: Flags = {};

/** Fills up to the width, counted in characters; with zeros on the left if asked for and `canBeZero`. */
export function pad(text: string, flags: Flags, canBeZero = true): string {
  const missing = (flags.width ?? 0) - characterCount(text);
  if (missing <= 0) return text;
  if (flags.minus) return text + " ".repeat(missing);
  return (flags.zero && canBeZero ? "0" : " ").repeat(missing) + text;
}

/** Cuts to as many characters as the precision says. */
export function truncate(text: string, { precision }: Flags): string {
  if (precision === undefined || text.length <= precision) return text;
  let end = 0;
  let kept = 0;
  for (const character of text) {
    if (kept === precision) break;
    kept++;
    end += character.length;
  }
  return text.slice(0, end);
}

function characterCount(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}
