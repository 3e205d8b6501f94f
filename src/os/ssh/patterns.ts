/** Patterns of OpenSSH (ssh_config(5), PATTERNS): `*` is any text, `?` any character. */

/** Whether the name of a host matches one of the patterns, and none of those that begin with `!`; capitals do not matter. */
export function matchesHost(patterns: readonly string[], host: string): boolean {
  return matchesAny(
    patterns.map((pattern) => pattern.toLowerCase()),
    host.toLowerCase(),
  );
}

/** Whether a name matches one of the patterns, and none of those that begin with `!`. */
export function matchesAny(patterns: readonly string[], name: string): boolean {
  const denied = patterns.some((pattern) => pattern.startsWith("!") && matches(pattern.slice(1), name));
  return !denied && patterns.some((pattern) => !pattern.startsWith("!") && matches(pattern, name));
}

/** In time proportional to both lengths multiplied, whatever the pattern. */
export function matches(wanted: string, text: string): boolean {
  let [at, place] = [0, 0];
  let star: { readonly behind: number; place: number } | undefined;
  while (place < text.length) {
    const mark = wanted[at];
    if (mark === "*") {
      star = { behind: ++at, place };
    } else if (mark !== undefined && (mark === "?" || mark === text[place])) {
      at++;
      place++;
    } else if (star !== undefined) {
      at = star.behind;
      place = ++star.place;
    } else return false;
  }
  return /^\**$/.test(wanted.slice(at));
}
