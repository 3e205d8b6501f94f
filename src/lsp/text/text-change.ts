/**
 * What became of the places of a text when the text changed in one stretch, so that what is known of the older text
 * can still be used. The stretch never begins or ends within a character.
 */
export class TextChange {
  readonly #before: string;
  readonly #after: string;
  /** Where the texts begin to differ. */
  readonly start: number;
  /** Where they are the same again, in either. */
  readonly endBefore: number;
  readonly endAfter: number;

  constructor(before: string, after: string) {
    this.#before = before;
    this.#after = after;
    const shorter = Math.min(before.length, after.length);
    let start = 0;
    if (before === after) start = shorter;
    while (start < shorter && before.charCodeAt(start) === after.charCodeAt(start)) start++;
    if (isHighSurrogate(before.charCodeAt(start - 1))) start--;
    let same = 0;
    while (
      same < shorter - start &&
      before.charCodeAt(before.length - 1 - same) === after.charCodeAt(after.length - 1 - same)
    )
      same++;
    if (same > 0 && isLowSurrogate(before.charCodeAt(before.length - same))) same--;
    this.start = start;
    this.endBefore = before.length - same;
    this.endAfter = after.length - same;
  }

  /** Where a place of the older text is in the newer one. */
  forward(offset: number): number {
    return move(offset, this.start, this.endBefore, this.endAfter, this.#after.length);
  }

  /** Where a place of the newer text was in the older one. */
  backward(offset: number): number {
    return move(offset, this.start, this.endAfter, this.endBefore, this.#before.length);
  }
}

/** A place within the changed stretch stays as far from its beginning as it can. */
function move(offset: number, start: number, endFrom: number, endTo: number, length: number): number {
  if (offset <= start) return offset;
  if (offset >= endFrom) return Math.min(offset - endFrom + endTo, length);
  return Math.min(offset, endTo);
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}

function isLowSurrogate(code: number): boolean {
  return code >= 0xdc00 && code <= 0xdfff;
}
