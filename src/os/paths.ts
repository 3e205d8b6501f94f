import { encodeBytes, quote } from "../../lang/bytes.ts";

/**
 * Paths are byte strings kept as text (lang/bytes.ts). The helpers are lexical (resources-system 1.6): nothing
 * here asks the file system.
 */

/** What a normalized path does not have: `.` or `..` as a component, or a doubled slash. */
const untidy = /(?:^|\/)\.{1,2}(?:\/|$)|\/\//;

/** Normalizes lexically: no `.`, no `..` that can be resolved, no doubled or trailing slash; `""` is `.`. */
export function clean(path: string): string {
  if (path.length > 1 && !untidy.test(path)) return path.endsWith("/") ? path.slice(0, -1) : path;
  const rooted = path.startsWith("/");
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.length > 0 && parts.at(-1) !== "..") parts.pop();
    else if (!rooted) parts.push(part);
  }
  const joined = parts.join("/");
  return rooted ? `/${joined}` : joined || ".";
}

/** The directory a path is in, with its trailing slash: `/a/b/` is in `/a/`; `/` is in nothing. */
export function dirname(path: string): string {
  if (path === "/") return "";
  const cleaned = clean(path);
  return cleaned.slice(0, cleaned.lastIndexOf("/") + 1);
}

/** The last component, with a trailing slash if the path had one. */
export function basename(path: string): string {
  if (path === "") return "";
  const cleaned = clean(path);
  const last = cleaned.slice(cleaned.lastIndexOf("/") + 1);
  return path.endsWith("/") ? `${last}/` : last;
}

/** Whether `path` is `prefix` or below it, by whole components. */
export function hasPathPrefix(path: string, prefix: string): boolean {
  const cleanedPath = clean(path);
  const cleanedPrefix = clean(prefix);
  if (cleanedPath === cleanedPrefix) return true;
  return cleanedPath.startsWith(cleanedPrefix === "/" ? "/" : `${cleanedPrefix}/`);
}

/** The directories above a path, nearest first, each with a trailing slash: `/tmp/`, `/` for `/tmp/a`. */
export function parents(path: string): string[] {
  const chain: string[] = [];
  for (let parent = dirname(path); parent !== ""; parent = dirname(parent)) chain.push(parent);
  return chain;
}

/** A path as node:fs takes it: text where that says the same bytes, else the bytes. */
export function nativePath(path: string): string | Buffer {
  return path.isWellFormed() ? path : Buffer.from(encodeBytes(path));
}

/** A path as it may stand in a message: plain, or quoted where it holds control characters or bytes that are no text. */
export function displayPath(path: string): string {
  return path.isWellFormed() && !/[\p{C}"]/u.test(path) && path !== "" ? path : quote(path);
}
