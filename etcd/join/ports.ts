/** Where nodes join unless told otherwise. */
export const standardJoinPort = 2378;

/**
 * Where nodes may be let in by a server that is known by where clients reach it: at another port of the same machine.
 * @returns nothing for what is no URL of another machine
 */
export function joinUrlsOf(url: string): readonly string[] {
  if (!URL.canParse(url)) return [];
  const { hostname, protocol } = new URL(url);
  if (protocol !== "https:" && protocol !== "http:") return [];
  return [`https://${hostname}:${standardJoinPort}`];
}
