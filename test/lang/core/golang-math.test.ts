import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { print, type Value } from "../../../lang/value.ts";
import { call, outcome } from "./call.ts";

// The expected values are those of Go 1.26 on amd64.

function check(name: string, args: readonly Value[], expected: Value): void {
  test(`${name}(${args.map(print).join(", ")})`, () => {
    expect(call(`golang/math.${name}`, args)).toBe(expected);
  });
}

const ofOne: Readonly<Record<string, readonly (readonly [x: number, expected: number])[]>> = {
  acos: [
    [-1, Math.PI],
    [-0.9, 2.6905658417935308],
    [0.3, 1.266103672779499],
    [0.75, 0.7227342478134156],
    [1.1, Number.NaN],
  ],
  acosh: [
    [0.5, Number.NaN],
    [1, 0],
    [1.5, 0.9624236501192069],
    [4.979012967, 2.2881383160726587],
    [10000000000, 23.7189981105004],
    [Infinity, Infinity],
  ],
  asin: [
    [-0, -0],
    [-0.9, -1.1197695149986342],
    [0.3, 0.3046926540153975],
    [0.75, 0.848062078981481],
    [1.1, Number.NaN],
  ],
  asinh: [
    [-0, -0],
    [1e-10, 1e-10],
    [0.3, 0.29567304756342244],
    [-2.7, -1.7190518512089272],
    [10000000000, 23.7189981105004],
  ],
  atan: [
    [-0, -0],
    [0.3, 0.2914567944778671],
    [-0.9, -0.7328151017865066],
    [4.979012967, 1.372590302536504],
    [-Infinity, -1.5707963267948966],
  ],
  atanh: [
    [-0, -0],
    [0.3, 0.30951960420311175],
    [-0.7, -0.8673005276940531],
    [1, Infinity],
    [-1, -Infinity],
    [1.1, Number.NaN],
  ],
  cbrt: [
    [-0, -0],
    [27, 3],
    [-0.3, -0.6694329500821695],
    [1e300, 1e100],
    [5e-324, 1.7031839360032603e-108],
    [-Infinity, -Infinity],
  ],
  cos: [
    [-0, 1],
    [0.3, 0.955336489125606],
    [4.979012967, 0.263476219393738],
    [-2.7, -0.9040721420170612],
    [50.5, 0.9726265649744922],
    [10000000000, 0.873119622676856],
    [1e300, -0.5753861119575491],
    [Infinity, Number.NaN],
    [-Infinity, Number.NaN],
  ],
  cosh: [
    [0, 1],
    [0.3, 1.0453385141288605],
    [-2.7, 7.473468618806294],
    [50.5, 4.2740671436490287e21],
    [711, Infinity],
  ],
  erf: [
    [-0, -0],
    [1e-310, 1.1283791670955e-310],
    [1e-10, 1.1283791670955126e-10],
    [0.5, 0.5204998778130465],
    [-1, -0.8427007929497149],
    [2, 0.9953222650189527],
    [4.5, 0.9999999998033839],
    [7, 1],
    [-Infinity, -1],
  ],
  erfc: [
    [1e-20, 1],
    [0.1, 0.8875370839817152],
    [-0.5, 1.5204998778130465],
    [1, 0.15729920705028513],
    [-1.2, 1.9103139782296354],
    [2, 0.004677734981047265],
    [5, 1.5374597944280351e-12],
    [26, 5.663192408856143e-296],
    [29, 0],
    [-7, 2],
  ],
  erfcinv: [
    [0.3, 0.7328690779592167],
    [1.9, -1.1630871536766736],
    [1e-300, Infinity],
    [0, Infinity],
    [2, -Infinity],
  ],
  erfinv: [
    [0.3, 0.2724627147267543],
    [-0.9, -1.1630871536766738],
    [0.9999999, 3.7665625816384707],
    [1, Infinity],
    [-1, -Infinity],
    [2, Number.NaN],
  ],
  exp: [
    [-0, 1],
    [1, Math.E],
    [-0.3, 0.7408182206817179],
    [4.979012967, 145.3308644780091],
    [100.5, 4.4319559098458955e43],
    [709.4, 1.2260423226426727e308],
    [709.7, Infinity],
    [710, Infinity],
    [-740.1, 3.8e-322],
    [-746, 0],
    [1e-9, 1.000000001],
    [-Infinity, 0],
  ],
  exp_2: [
    [0.3, 1.2311444133449163],
    [-4.5, 0.044194173824159216],
    [1023.9, 1.6773070034857416e308],
    [1024, Infinity],
    [-1074, 5e-324],
    [-1075, 0],
  ],
  expm_1: [
    [1e-20, 1e-20],
    [0.00001, 0.000010000050000166668],
    [0.3, 0.3498588075760031],
    [-0.3, -0.2591817793182821],
    [1.2, 2.3201169227365472],
    [-0.9, -0.5934303402594009],
    [20.5, 799902176.4755054],
    [100.5, 4.4319559098458955e43],
    [709.5, 1.3549863193146328e308],
    [710, Infinity],
    [-50, -1],
  ],
  gamma: [
    [0.5, 1.7724538509055159],
    [4.979012967, 23.25438475679897],
    [-1.5, 2.363271801207355],
    [1e-10, 9999999999.422785],
    [30.5, 4.822696933490908e31],
    [100.5, 9.320963104082727e156],
    [171.5, 9.483367566824793e307],
    [172, Infinity],
    [-40.5, -6.031660822178509e-49],
    [-2, Number.NaN],
    [0, Infinity],
    [-0, -Infinity],
    [Infinity, Infinity],
  ],
  j_0: [
    [0, 1],
    [1e-9, 1],
    [0.3, 0.9776262465382961],
    [-1.7, 0.39798485944610956],
    [2.5, -0.048383776468198025],
    [4, -0.3971498098638474],
    [7, 0.30007927051955563],
    [50.5, 0.09551989154970057],
    [10000000000, 0.0000021755917502468914],
    [1e300, -7.860673062724096e-151],
    [Infinity, 0],
  ],
  j_1: [
    [-1e-9, 5e-10],
    [0.3, 0.148318816273104],
    [-1.7, -0.5777652315290231],
    [2.5, 0.49709410246427393],
    [4, -0.06604332802354915],
    [-7, 0.004682823482345837],
    [50.5, -0.05806287642132068],
    [10000000000, -0.000007676508175684158],
    [1e300, -1.3681360450342476e-151],
    [Infinity, 0],
  ],
  log: [
    [-1, Number.NaN],
    [0, -Infinity],
    [5e-324, -709.0895657128241],
    [0.3, -1.2039728043259361],
    [1, 0],
    [4.979012967, 1.605231671994875],
    [1e300, 690.7755278982137],
    [Infinity, Infinity],
  ],
  log_10: [
    [-1, Number.NaN],
    [0, -Infinity],
    [0.3, -0.5228787452803376],
    [1000, 3],
    [1000000000000000, 14.999999999999998],
    [1e300, 300],
  ],
  log_1_p: [
    [-2, Number.NaN],
    [-1, -Infinity],
    [-0.5, -Math.LN2],
    [-0.25, -0.2876820724517809],
    [1e-20, 1e-20],
    [1e-10, 9.999999999500001e-11],
    [0.3, 0.26236426446749106],
    [1.5, 0.9162907318741551],
    [100000000000000000, 39.14394658089878],
    [3, 1.3862943611198906],
  ],
  log_2: [
    [-1, Number.NaN],
    [0, -Infinity],
    [5e-324, -1074],
    [0.3, -1.736965594166206],
    [8, 3],
    [1e300, 996.5784284662087],
  ],
  sin: [
    [-0, -0],
    [0.3, 0.29552020666133955],
    [4.979012967, -0.9646658912877467],
    [-2.7, -0.4273798802338298],
    [50.5, 0.2323737616554845],
    [10000000000, -0.48750602508751073],
    [1e300, -0.8178819121159087],
    [Infinity, Number.NaN],
    [-Infinity, Number.NaN],
  ],
  sinh: [
    [-0, -0],
    [0.3, 0.3045202934471426],
    [-2.7, -7.406263106066543],
    [50.5, 4.2740671436490287e21],
    [711, Infinity],
  ],
  tan: [
    [-0, -0],
    [0.3, 0.30933624960962325],
    [4.979012967, -3.6613015531627666],
    [-2.7, 0.4727276291030373],
    [50.5, 0.23891364890036568],
    [10000000000, -0.5583496378112419],
    [1e300, 1.4214488238747243],
    [Infinity, Number.NaN],
    [-Infinity, Number.NaN],
  ],
  tanh: [
    [-0, -0],
    [0.3, 0.2913126124515909],
    [-0.7, -0.6043677771171635],
    [50.5, 1],
  ],
  y_0: [
    [-1, Number.NaN],
    [0, -Infinity],
    [1e-9, -13.266645074938387],
    [0.3, -0.8072735778045197],
    [1.7, 0.45202700018163466],
    [2.5, 0.4980703596152318],
    [4, -0.016940739325064996],
    [7, -0.02594974396720926],
    [50.5, -0.05900563494765444],
    [10000000000, -0.000007676508175792937],
    [Infinity, 0],
  ],
  y_1: [
    [-1, Number.NaN],
    [0, -Infinity],
    [1e-20, -63661977236758140000],
    [0.3, -2.2931051383885293],
    [1.7, -0.2847262450640684],
    [2.5, 0.1459181379667858],
    [4, 0.3979257105571],
    [7, -0.30266723702418485],
    [50.5, -0.09610872758567611],
    [10000000000, -0.0000021755917506307167],
    [Infinity, 0],
  ],
};

describe("functions of one float", () => {
  for (const [name, rows] of Object.entries(ofOne)) {
    for (const [x, expected] of rows) check(name, [x], expected);
  }
});

const ofTwo: Readonly<Record<string, readonly (readonly [x: number, y: number, expected: number])[]>> = {
  atan_2: [
    [0, -1, Math.PI],
    [-0, -1, -Math.PI],
    [-0, 1, -0],
    [1, -0.3, 1.8622531212727638],
    [-1, -0.3, -1.8622531212727638],
    [Infinity, -Infinity, 2.356194490192345],
    [1, Infinity, 0],
    [-3, 0, -1.5707963267948966],
  ],
  dim: [
    [4, 2.5, 1.5],
    [2.5, 4, 0],
    [Infinity, Infinity, Number.NaN],
    [Number.NaN, 1, Number.NaN],
  ],
  hypot: [
    [3, 4, 5],
    [1e200, 1e200, 1.414213562373095e200],
    [-0.3, 0.7, 0.7615773105863908],
    [Number.NaN, Infinity, Infinity],
    [5e-324, 5e-324, 5e-324],
  ],
  max: [
    [-0, 0, 0],
    [Number.NaN, Infinity, Infinity],
    [Number.NaN, 1, Number.NaN],
    [-1, -2, -1],
  ],
  min: [
    [-0, 0, -0],
    [Number.NaN, -Infinity, -Infinity],
    [Number.NaN, 1, Number.NaN],
    [-1, -2, -2],
  ],
  mod: [
    [-7, 4, -3],
    [7, -4, 3],
    [1e300, 0.3, 0.15321850028067768],
    [5, 0, Number.NaN],
    [Infinity, 2, Number.NaN],
    [2, Infinity, 2],
    [-4, 2, -0],
  ],
  nextafter: [
    [0, -1, -5e-324],
    [1, 2, 1.0000000000000002],
    [1, 0, 0.9999999999999999],
    [1.7976931348623157e308, Infinity, Infinity],
    [Number.NaN, 1, Number.NaN],
    [5e-324, 0, 0],
  ],
  pow: [
    [2, 0.5, Math.SQRT2],
    [2, -0.5, 0.7071067811865475],
    [1.1, 100.3, 14180.329466026622],
    [10, -5, 0.00001],
    [-8, 0.3333333333333333, Number.NaN],
    [-2, 3, -8],
    [-0, -3, -Infinity],
    [-0, -2, Infinity],
    [0.5, Infinity, 0],
    [-1, Infinity, 1],
    [1, Number.NaN, 1],
    [Number.NaN, 0, 1],
    [2, -1074, 5e-324],
    [2, 1024, Infinity],
    [0.3, 300.7, 5.893337244792318e-158],
    [-Infinity, 3, -Infinity],
    [-Infinity, -3, -0],
    [1.0000001, 10000000000, Infinity],
    [-1, 1e300, 1],
  ],
  remainder: [
    [5, 3, -1],
    [-5, 3, 1],
    [3, 2, -1],
    [1e300, 0.3, -0.1467814997193223],
    [4, 2, 0],
    [-4, 2, -0],
    [1, Infinity, 1],
    [1, 0, Number.NaN],
  ],
};

describe("functions of two floats", () => {
  for (const [name, rows] of Object.entries(ofTwo)) {
    for (const [x, y, expected] of rows) check(name, [x, y], expected);
  }
});

describe("Bessel functions of an order", () => {
  const rows: readonly (readonly [order: bigint, x: number, jn: number, yn: number])[] = [
    [2n, 0.3, 0.011165861949063965, -14.480094011452342],
    [-3n, 4, -0.43017147387562193, 0.18202211595348503],
    [7n, 50.5, 0.0076131161258047204, 0.11256350425320608],
    [20n, 1.5, 1.268997218933256e-21, -12577301772964241000],
    [200n, 3, 0, -Infinity],
    [3n, -1.7, -0.08514992694801528, Number.NaN],
    [2n, 1e-10, 1.2500000000000001e-21, -127323954473516270000],
    [40n, 1e-10, 0, -Infinity],
    [5n, 1e303, -2.3878179830187812e-152, -8.151828038225121e-153],
  ];
  for (const [order, x, jn, yn] of rows) {
    check("jn", [order, x], jn);
    check("yn", [order, x], yn);
  }

  test("that is too high", () => {
    expect(outcome("golang/math.jn", [2n ** 62n, 1])).toMatch(/^FatalError: order must be from -10000000 to/);
  });
});

describe("powers", () => {
  const powers: readonly (readonly [bigint, number])[] = [
    [-324n, 0],
    [-323n, 1e-323],
    [-300n, 1e-300],
    [-1n, 0.1],
    [0n, 1],
    [22n, 1e22],
    [134n, 1.0000000000000001e134],
    [249n, 1.0000000000000001e249],
    [308n, 1e308],
    [309n, Infinity],
  ];
  for (const [power, expected] of powers) check("pow_10", [power], expected);
  const scaled: readonly (readonly [number, bigint, number])[] = [
    [0.5, 4n, 8],
    [0.75, -1073n, 1e-323],
    [0.75, -1074n, 5e-324],
    [1, 1024n, Infinity],
    [-3, -1080n, -0],
    [5e-324, 1074n, 1],
    [Number.NaN, 3n, Number.NaN],
    [Infinity, -3n, Infinity],
    [1.2345678901234567, -1060n, 9.9935e-320],
    [1, 2n ** 62n, Infinity],
    [1, -(2n ** 62n), 0],
  ];
  for (const [fraction, exponent, expected] of scaled) check("ldexp", [fraction, exponent], expected);
});

describe("fma", () => {
  const rows: readonly (readonly [x: number, y: number, z: number, expected: number])[] = [
    [0.1, 10, -1, 5.551115123125783e-17],
    [1e200, 1e200, -Infinity, -Infinity],
    [1e308, 10, -1e308, Infinity],
    [1.0000000000000002, 1.0000000000000002, -1.0000000000000004, 4.930380657631324e-32],
    [5e-324, 0.5, 5e-324, 1e-323],
    [Infinity, 0, 1, Number.NaN],
    [0.1, 0.2, 0.3, 0.32],
    [-1, 0, -0, -0],
    [-5e-324, 5e-324, 0, -0],
  ];
  for (const [x, y, z, expected] of rows) check("fma", [x, y, z], expected);

  test("is the exact sum, rounded once", () => {
    // Integers of 53 bits, so that BigInt is the exact arithmetic, and Number(…) rounds once.
    const integer = fc.maxSafeInteger();
    fc.assert(
      fc.property(integer, integer, integer, fc.integer({ min: 0, max: 100 }), (x, y, z, shift) => {
        const exact = BigInt(x) * BigInt(y) + (BigInt(z) << BigInt(shift));
        expect(call("golang/math.fma", [x, y, z * 2 ** shift])).toBe(Number(exact) + 0);
      }),
    );
  });
});

describe("rounding", () => {
  const rows: readonly (readonly [name: string, x: number, expected: number])[] = [
    ["round", 2.5, 3],
    ["round", -2.5, -3],
    ["round", 0.49999999999999994, 0],
    ["round", -0.2, -0],
    ["round", 4503599627370497, 4503599627370497],
    ["round_to_even", 2.5, 2],
    ["round_to_even", 3.5, 4],
    ["round_to_even", -0.5, -0],
    ["round_to_even", 0.5000000000000001, 1],
    ["floor", -0.5, -1],
    ["ceil", -0.5, -0],
    ["trunc", -0.5, -0],
    ["abs", -0, 0],
    ["sqrt", -0, -0],
    ["sqrt", -1, Number.NaN],
    ["logb", 0, -Infinity],
    ["logb", -Infinity, Infinity],
    ["logb", 5e-324, -1074],
    ["logb", 8.5, 3],
  ];
  for (const [name, x, expected] of rows) check(name, [x], expected);
});

describe("parts and kinds of floats", () => {
  const rows: readonly (readonly [name: string, args: readonly Value[], expected: Value])[] = [
    ["ilogb", [0], -2147483648n],
    ["ilogb", [Number.NaN], 2147483647n],
    ["ilogb", [-Infinity], 2147483647n],
    ["ilogb", [5e-324], -1074n],
    ["ilogb", [-8.5], 3n],
    ["copysign", [3, -0], -3],
    ["copysign", [-Infinity, 1], Infinity],
    ["signbit", [-0], true],
    ["signbit", [0], false],
    ["inf", [0n], Infinity],
    ["inf", [-1n], -Infinity],
    ["is_inf", [Infinity, 1n], true],
    ["is_inf", [Infinity, -1n], false],
    ["is_inf", [-Infinity, 0n], true],
    ["is_inf", [1, 0n], false],
    ["is_na_n", [Number.NaN], true],
    ["is_na_n", [Infinity], false],
    ["na_n", [], Number.NaN],
  ];
  for (const [name, args, expected] of rows) check(name, args, expected);
});

test("angles beyond any table come back to the circle", () => {
  fc.assert(
    fc.property(fc.double({ min: 1e10, max: 1e300, noNaN: true }), (x) => {
      const sine = Number(call("golang/math.sin", [x]));
      const cosine = Number(call("golang/math.cos", [x]));
      expect(sine * sine + cosine * cosine).toBeCloseTo(1, 12);
      expect(Number(call("golang/math.tan", [x])) * cosine).toBeCloseTo(sine, 12);
    }),
  );
});
