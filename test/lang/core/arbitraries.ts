/** What the property tests of core functions draw from. */
import * as fc from "fast-check";
import { decodeBytes } from "../../../lang/bytes.ts";

/** Bytes of few kinds, so that texts often occur in each other: letters, parts of characters, what is never in UTF-8. */
const someBytes = fc
  .array(
    fc.constantFrom(
      [0x61],
      [0x62],
      [0xc3],
      [0xa9],
      [0xc3, 0xa9],
      [0xe6, 0x97, 0xa5],
      [0xe6, 0x97],
      [0xf0, 0x9f, 0x98, 0x80],
      [0x9f, 0x98],
      [0xff],
      [0xed, 0xa0, 0x80],
      [0x20],
      [0xc2, 0x85],
      [0xe3, 0x80, 0x80],
    ),
    { maxLength: 8 },
  )
  .map((groups) => Uint8Array.from(groups.flat()));

export const bytes = fc.oneof(someBytes, fc.uint8Array({ maxLength: 12 }));

/** Any value of type `str`. */
export const str = bytes.map(decodeBytes);

export const int = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.bigInt({ min: -10n, max: 10n }),
);

export const float = fc.oneof(
  fc.double(),
  fc.integer().map((value) => value / 8),
);

/** Every run tries the same. */
export function holds<T extends [unknown, ...unknown[]]>(property: fc.IProperty<T>): void {
  fc.assert(property, { seed: 20240229, numRuns: 1000 });
}
