/** In seconds. */
const units: Readonly<Record<string, number>> = {
  ns: 1e-9,
  us: 1e-6,
  µs: 1e-6,
  ms: 1e-3,
  s: 1,
  m: 60,
  h: 3600,
};

/**
 * The length of a duration such as `1h42m13s` or `1.5s`, in seconds.
 * @returns undefined if the text is no duration
 */
export function parseDuration(text: string): number | undefined {
  const [sign, rest] = /^[+-]/.test(text) ? [text[0], text.slice(1)] : ["", text];
  if (rest === "0") return 0;
  const parts = /^(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|ms|s|m|h))+$/.test(rest)
    ? [...rest.matchAll(/([\d.]+)([a-zµ]+)/g)]
    : [];
  if (parts.length === 0) return undefined;
  const seconds = parts.reduce((sum, [, number, unit = ""]) => sum + Number(number) * (units[unit] ?? 0), 0);
  return sign === "-" ? -seconds : seconds;
}
