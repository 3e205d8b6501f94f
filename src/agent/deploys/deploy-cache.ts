import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { decodeBytes, encodeBytes } from "../../../lang/bytes.ts";
import { replaceFile } from "../../os/atomic-file.ts";
import { errorCode, explainError } from "../../os/errors.ts";
import { makeDirectory } from "../../os/make-directory.ts";
import { decodeDeploy, encodeDeploy } from "../../world/deploy-codec.ts";
import type { Deploy, TreeFile } from "../../world/deploy-store.ts";

/** A deploy, and its files. */
export interface KnownDeploy {
  readonly deploy: Deploy;
  readonly files: readonly TreeFile[];
}

/** Of the form of the file. */
const version = 1;

/**
 * The last deploy that has given this host a graph, in one file: the SHA-256 of all that follows, a line of JSON that says what
 * there is, and the contents, one after the other. So it is there as a whole, or not at all.
 */
export class DeployCache {
  readonly #directory: string;
  readonly #path: string;

  /** @param prefix the working directory of the agent, absolute */
  constructor(prefix: string) {
    this.#directory = join(prefix, "cache");
    this.#path = join(this.#directory, "deploy");
  }

  /** @throws SystemError */
  save({ deploy, files }: KnownDeploy): void {
    const listed = files.map(({ path, mode, content }) => ({ path, mode, size: content.length }));
    const head = encodeBytes(
      `${JSON.stringify({ v: version, deploy: encodeDeploy(deploy), files: listed })}\n`,
    );
    const body = Buffer.concat([head, ...files.map(({ content }) => content)]);
    makeDirectory(this.#directory, 0o700);
    replaceFile(this.#path, Buffer.concat([encodeBytes(`${hashOf(body)}\n`), body]), { mode: 0o600 });
  }

  /** @returns undefined if there is none @throws Error saying what is wrong with it */
  load(): KnownDeploy | undefined {
    let bytes: Uint8Array;
    try {
      bytes = readFileSync(this.#path);
    } catch (error) {
      if (errorCode(error) === "ENOENT") return undefined;
      throw new Error(`cannot read ${this.#path}: ${explainError(error)}`);
    }
    const known = read(bytes);
    if (known !== undefined) return known;
    throw new Error(`${this.#path} is damaged, or of another version`);
  }
}

function read(bytes: Uint8Array): KnownDeploy | undefined {
  const [hash, body] = line(bytes);
  if (hash !== hashOf(body)) return undefined;
  const [head, contents] = line(body);
  const data: unknown = JSON.parse(head);
  if (typeof data !== "object" || data === null || !("v" in data) || data.v !== version) return undefined;
  if (!("deploy" in data) || typeof data.deploy !== "string") return undefined;
  if (!("files" in data) || !Array.isArray(data.files)) return undefined;
  const deploy = decodeDeploy(data.deploy);
  const files: TreeFile[] = [];
  let at = 0;
  for (const listed of data.files) {
    const file = toListed(listed);
    if (file === undefined) return undefined;
    const { path, mode, size } = file;
    files.push({ path, mode, content: contents.subarray(at, at + size) });
    at += size;
  }
  return deploy === undefined || at !== contents.length ? undefined : { deploy, files };
}

function toListed(
  file: unknown,
): { readonly path: string; readonly mode: number; readonly size: number } | undefined {
  if (typeof file !== "object" || file === null) return undefined;
  if (!("path" in file) || !("mode" in file) || !("size" in file)) return undefined;
  const { path, mode, size } = file;
  if (typeof path !== "string" || typeof mode !== "number" || typeof size !== "number") return undefined;
  return { path, mode, size };
}

/** The first line, and what is after it. */
function line(bytes: Uint8Array): readonly [string, Uint8Array] {
  const end = bytes.indexOf(10);
  return end < 0 ? ["", bytes] : [decodeBytes(bytes.subarray(0, end)), bytes.subarray(end + 1)];
}

function hashOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
