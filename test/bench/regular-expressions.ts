/** That no pattern makes `regexp.match` take more than time in proportion to the text. */
import { matchesPattern } from "../../lang/core/support/matches-pattern.ts";
import { type Bench, ms } from "./row.ts";

/** They cost a matcher that backtracks exponential time; none of them matches. */
const patterns: readonly string[] = [
  "(a*)*b",
  "(a|a)*b",
  "(a*)*[bc]",
  "(a|a)*[bc]",
  "(.*){20}[bc]",
  "(?:a?){50}a{50}[bc]",
];

export const regularExpressions: Bench = async () => {
  const half = slowest("a".repeat(500_000));
  const whole = slowest("a".repeat(1_000_000));
  return [
    {
      measure: "`regexp.match`: the slowest of six adversarial patterns on 1 MB",
      floor: `on half the text: ${ms(half)}`,
      measured: ms(whole),
      bar: "under 1 s; within 3x of half the text",
      holds: whole < 1000 && whole <= Math.max(half * 3, 10),
    },
  ];
};

function slowest(text: string): number {
  const times = patterns.map((pattern) => {
    const begin = performance.now();
    if (matchesPattern(pattern, text)) throw new Error(`${pattern} must not match`);
    return performance.now() - begin;
  });
  return Math.max(...times);
}
