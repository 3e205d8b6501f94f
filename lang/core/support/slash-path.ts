/** Paths as text, with `/` between their elements; nothing here asks the file system. */
import { cleanPath } from "../../modules/path.ts";

/** The shortest path that leads to the same place, without a slash at its end; `.` for none. */
export function clean(path: string): string {
  const cleaned = cleanPath(path);
  return cleaned.length > 1 && cleaned.endsWith("/") ? cleaned.slice(0, -1) : cleaned;
}

/** The last element; `.` of an empty path, `/` of one of slashes only. */
export function base(path: string): string {
  if (path === "") return ".";
  let end = path.length;
  while (end > 0 && path[end - 1] === "/") end--;
  return end === 0 ? "/" : path.slice(path.lastIndexOf("/", end - 1) + 1, end);
}

/** All but the last element, cleaned. */
export function directory(path: string): string {
  return clean(path.slice(0, path.lastIndexOf("/") + 1));
}

/** From the last dot of the last element. */
export function extension(path: string): string {
  const dot = path.lastIndexOf(".");
  return dot > path.lastIndexOf("/") ? path.slice(dot) : "";
}

export function isAbsolute(path: string): boolean {
  return path.startsWith("/");
}

/** The elements that are not empty, joined and cleaned; empty if there are none. */
export function join(elements: readonly string[]): string {
  const joined = elements.filter((element) => element !== "").join("/");
  return joined === "" ? "" : clean(joined);
}

/** Whether a path stays below the directory it is taken from. */
export function isLocal(path: string): boolean {
  if (path === "" || isAbsolute(path)) return false;
  return clean(path).split("/", 1)[0] !== "..";
}

/** The path from `from` to `to`; undefined if that cannot be known. */
export function relative(from: string, to: string): string | undefined {
  const start = clean(from);
  const target = clean(to);
  if (start === target) return ".";
  if (isAbsolute(start) !== isAbsolute(target)) return undefined;
  const up = elements(start);
  const down = elements(target);
  while (up.length > 0 && up[0] === down[0]) {
    up.shift();
    down.shift();
  }
  if (up[0] === "..") return undefined;
  return [...up.map(() => ".."), ...down].join("/");
}

/** The elements of a clean path. */
function elements(path: string): string[] {
  return path === "." ? [] : path.split("/").filter((element) => element !== "");
}
