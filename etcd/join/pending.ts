/** What a node has asked to be let in with, kept until it is in: the cluster may know it by that already. */
import { chmodSync, mkdirSync, readFileSync, rmdirSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import type { HostFiles } from "../host-files.ts";
import { isRecord, textField } from "../json.ts";
import { isUsableKey } from "../pki/keys.ts";
import { PkiError } from "../pki/pki-error.ts";
import type { PairName } from "../pki/pki-files.ts";

/** Private keys; PEM. */
export type Keys = Readonly<Partial<Record<PairName, string>>> & { readonly host: string };

export interface Pending {
  /** Of the cluster, as a token has it. */
  readonly pin: string;
  readonly name: string;
  readonly keys: Keys;
}

const version = 1;

/** @returns undefined if there is none that could be used @throws PkiError if it cannot be read */
export function readPending(path: string): Pending | undefined {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    if (isRecord(cause) && (cause.code === "ENOENT" || cause.code === "ENOTDIR")) return undefined;
    throw failed("read", path, cause);
  }
  const content = parse(text);
  const { v, keys } = content;
  const [pin, name] = [textField(content, "pin"), textField(content, "name")];
  if (v !== version || pin === "" || name === "" || !isRecord(keys)) return undefined;
  const [host, server, peer] = (["host", "server", "peer"] as const).map((pair) => usable(keys, pair));
  if (host === undefined) return undefined;
  return { pin, name, keys: { host, ...(server && { server }), ...(peer && { peer }) } };
}

/** Durable when it returns. @throws PkiError */
export function writePending(path: string, { pin, name, keys }: Pending, files: HostFiles): void {
  try {
    const directory = dirname(path);
    mkdirSync(dirname(directory), { recursive: true });
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    chmodSync(directory, 0o700);
    files.replaceFile(path, Buffer.from(JSON.stringify({ v: version, pin, name, keys })), { mode: 0o600 });
  } catch (cause) {
    throw failed("write", path, cause);
  }
}

/** And the directory, if there is nothing else in it. */
export function removePending(path: string): void {
  rmSync(path, { force: true });
  try {
    rmdirSync(dirname(path));
  } catch {
    // There is something in it.
  }
}

function usable(keys: Readonly<Record<string, unknown>>, pair: PairName): string | undefined {
  const key = textField(keys, pair);
  return isUsableKey(key) ? key : undefined;
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    const content: unknown = JSON.parse(text);
    return isRecord(content) ? content : {};
  } catch {
    return {};
  }
}

function failed(what: string, path: string, cause: unknown): PkiError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new PkiError("unreadable", `cannot ${what} ${path}: ${reason}`, { cause });
}
