import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { binaryExponent, nextAfter, scaleByPower, split } from "../../../lang/core/support/float/bits.ts";
import {
  binary32,
  fusedMultiplyAdd,
  roundBinary,
  roundRatio,
} from "../../../lang/core/support/float/exact.ts";
import { exp } from "../../../lang/core/support/float/exponential.ts";
import { log } from "../../../lang/core/support/float/logarithm.ts";

const finite = fc.double({ noNaN: true, noDefaultInfinity: true });

describe("parts", () => {
  test("make the same float again", () => {
    fc.assert(
      fc.property(finite, (x) => {
        const { fraction, exponent } = split(x);
        expect(scaleByPower(fraction, exponent)).toBe(x);
        if (x !== 0) expect(Math.abs(fraction)).toBeWithin(0.5, 1);
      }),
    );
  });

  test("the exponent is that of the power of 2 below", () => {
    for (const exponent of [-1074, -1022, -1, 0, 1, 1023])
      expect(binaryExponent(2 ** exponent)).toBe(exponent);
    expect(binaryExponent(nextAfter(8, 0))).toBe(2);
  });

  test("the next float is the nearest one", () => {
    fc.assert(
      fc.property(finite, (x) => {
        const next = nextAfter(x, Infinity);
        expect(next).toBeGreaterThan(x);
        expect(nextAfter(next, -Infinity) + 0).toBe(x + 0);
      }),
    );
  });
});

describe("one rounding", () => {
  const natural = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });

  test("of a quotient is that of a division", () => {
    fc.assert(fc.property(natural, natural, (a, b) => expect(roundRatio(BigInt(a), BigInt(b))).toBe(a / b)));
  });

  test("of an integer is that of a conversion", () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 2n ** 1030n), (value) => {
        expect(roundBinary(value, 0)).toBe(Number(value));
      }),
      { examples: [[2n ** 1024n - 2n ** 970n], [2n ** 1024n - 2n ** 970n - 1n]] },
    );
  });

  test("of a denormal number goes to the even one", () => {
    expect(roundBinary(1n, -1075)).toBe(0);
    expect(roundBinary(3n, -1075)).toBe(2 * Number.MIN_VALUE);
    expect(roundBinary(3n, -1076)).toBe(Number.MIN_VALUE);
    expect(roundBinary(1n, -150, binary32)).toBe(0);
    expect(roundBinary(2n ** 24n - 1n, 104, binary32)).toBe(3.4028234663852886e38);
    expect(roundBinary(2n ** 25n - 1n, 103, binary32)).toBe(Infinity);
  });

  test("is the same for numbers of any size", () => {
    const moderate = fc.double({ min: 1e-20, max: 1e20, noNaN: true });
    const scales = fc.constantFrom(2 ** 400, 2 ** -400);
    fc.assert(
      fc.property(moderate, moderate, moderate, scales, (x, y, z, scale) => {
        // A scaled factor takes the way with integers; scaling back by a power of 2 loses nothing.
        expect(fusedMultiplyAdd(x * scale, y, -z * scale) / scale).toBe(fusedMultiplyAdd(x, y, -z));
      }),
    );
  });
});

test("logarithm and exponential undo each other", () => {
  fc.assert(
    fc.property(fc.double({ min: -700, max: 700, noNaN: true }), (x) => {
      expect(Math.abs(log(exp(x)) - x)).toBeLessThanOrEqual(2 ** -52 * Math.max(1, Math.abs(x)));
    }),
  );
});
