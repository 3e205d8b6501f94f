/** The URLs of servers of a store, as people give them (cluster specification, 1.1). */

/** What was given is no list of servers. The message names the URL and the cure. */
export class SeedError extends Error {
  override readonly name = "SeedError";
}

/** @param given each may hold several, with `,`, `;` or spaces between them. @throws SeedError */
export function readSeeds(given: readonly string[]): readonly string[] {
  const urls = given.flatMap((text) => text.split(/[,; ]+/)).filter((text) => text !== "");
  return [...new Set(urls.map(readSeed))];
}

/** URLs whose servers anybody on the way could pretend to be. */
export function openSeeds(seeds: readonly string[]): readonly string[] {
  return seeds.filter((seed) => seed.startsWith("http://") && !isLoopback(hostOf(seed)));
}

function readSeed(text: string): string {
  const [, scheme, rest = ""] = /^([a-z]+):\/\/(.*)$/.exec(text) ?? [];
  switch (scheme) {
    case "unix":
    case "unixs":
      if (rest.startsWith("/")) return text;
      throw new SeedError(`the path of a socket is absolute: \`${scheme}:///${rest}\`, not \`${text}\``);
    case "http":
    case "https": {
      const url = rest.endsWith("/") ? rest.slice(0, -1) : rest;
      if (/^(?:[^/:@[\]\s]+|\[[\da-fA-F:.]+\]):\d{1,5}$/.test(url)) return `${scheme}://${url}`;
      throw new SeedError(
        `a server is named by host and port, without a path, such as \`${scheme}://10.0.0.1:2379\`, not \`${text}\``,
      );
    }
    case undefined:
      throw new SeedError(
        `\`${text}\` is no URL of a server; such are \`https://10.0.0.1:2379\` and \`unix:///PATH\``,
      );
    default:
      throw new SeedError(
        `servers are reached by http, https, unix and unixs, not by \`${scheme}\` as in \`${text}\``,
      );
  }
}

function hostOf(url: string): string {
  return url.slice(url.indexOf("://") + 3).replace(/:\d+$/, "");
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host.startsWith("127.") || host === "[::1]";
}
