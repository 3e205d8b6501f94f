/** What the string of an import asks for (language specification, 13.2). */
import { cleanPath } from "./path.ts";

export type ImportPath = LocalPath | RemotePath | InvalidPath;

interface Named {
  /** The prefix under which the module's names are visible, unless the import says `as`. */
  readonly alias: string;
}

export interface LocalPath extends Named {
  /** `core` modules come with mgmt; `file` and `directory` lie beside the importer. */
  readonly kind: "core" | "file" | "directory";
}

/** A URL. */
export interface RemotePath extends Named {
  readonly kind: "remote";
  /** Where the module can be cloned from: without query and fragment. */
  readonly url: string;
  /** Where it lies in a directory of modules: `HOST/PATH/`, without user and port. */
  readonly directory: string;
}

/** A string that no module can have. */
export interface InvalidPath {
  readonly kind: "invalid";
  readonly reason: string;
  readonly help: string;
}

const urlPattern = /^[a-z][a-z0-9+.-]*:(?:\/\/([^/?#]*))?([^?#]*)/i;

/** Reads the string of an import. */
export function readImportPath(text: string): ImportPath {
  if (text.startsWith("/"))
    return invalid(
      "absolute paths are not allowed",
      "write the path relative to the directory of the importing file",
    );
  if (/[\x00-\x1f\x7f]|%(?![0-9a-f]{2})|^:/i.test(text))
    return invalid("it is neither a path nor a URL", "write a module name, a relative path or a URL");

  const url = urlPattern.exec(text);
  const path = url?.[2] ?? text.replace(/[?#].*$/, "");
  if (path === "" || path === "/")
    return invalid("its path is empty", 'name a module, such as `import "fmt"`');
  const clean = cleanPath(path);
  if (clean !== path)
    return invalid(`the path is not in its shortest form, which is \`${clean}\``, `write \`${clean}\``);

  const kind = path.endsWith("/") ? "directory" : path.endsWith(".mcl") && url === null ? "file" : "core";
  const alias = deriveAlias(path, kind === "file");
  if (alias === "" || alias.startsWith("_") || alias.endsWith("_") || /^\.+$/.test(alias))
    return invalid(
      `no name can be derived from \`${lastChunk(path)}\``,
      "the last part of the path must be a name that neither begins nor ends with a dash or an underscore",
    );
  return url === null ? { kind, alias } : readUrl(url[0], url[1] ?? "", path, alias);
}

function readUrl(url: string, authority: string, path: string, alias: string): RemotePath | InvalidPath {
  const host = authority.replace(/^.*@/, "").replace(/:\d*$/, "");
  const chunks = [host, ...path.split("/")].filter((chunk) => chunk !== "");
  // A URL must neither lead out of the directory of modules, nor into what git keeps, nor pass for an option.
  const unsafe = [authority, ...chunks].find((chunk) => /^(?:\.{1,2}|\.git)$|^-/i.test(chunk));
  if (unsafe !== undefined)
    return invalid(`a URL of a module has no part such as \`${unsafe}\``, "name a repository by its URL");
  return { kind: "remote", alias, url, directory: `${chunks.join("/")}/` };
}

function deriveAlias(path: string, isFile: boolean): string {
  const chunk = lastChunk(path);
  const bare = isFile ? chunk.slice(0, -".mcl".length) : chunk;
  const prefix = "mgmt-";
  const short = bare.startsWith(prefix) && bare.length > prefix.length ? bare.slice(prefix.length) : bare;
  return short.replaceAll("-", "_").toLowerCase();
}

function lastChunk(path: string): string {
  return path.split("/").findLast((chunk) => chunk !== "") ?? "";
}

function invalid(reason: string, help: string): InvalidPath {
  return { kind: "invalid", reason, help };
}
