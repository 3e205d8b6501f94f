/** Adding deploys. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { encodeBytes } from "../../../lang/bytes.ts";
import { replaceFile } from "../../os/atomic-file.ts";
import { errorCode, explainError } from "../../os/errors.ts";
import type { Log } from "../../os/log.ts";
import { makeDirectory } from "../../os/make-directory.ts";
import {
  contentOf,
  type Deploy,
  DeployConflict,
  type DeployStore,
  type FileTreeStore,
} from "../../world/deploy-store.ts";
import type { CollectedProgram } from "./collect-program.ts";

/** Where deploys go. */
export interface DeployTarget {
  readonly deploys: DeployStore;
  readonly files: FileTreeStore;
}

/** A deploy that has no number yet. */
export type DeployDraft = Omit<Deploy, "id" | "createdAt">;

/** What is said of a program beside its files. */
export type DeployDetails = Omit<DeployDraft, "frontend" | "files" | "entry">;

/** How often to go after a number that others took first. */
const mostTries = 50;

/**
 * Adds a deploy as the newest one. One that has no parent to be checked goes after others that come first.
 * @throws DeployConflict if it does not follow on what is there; what the store throws
 */
export async function addDeploy(deploys: DeployStore, draft: DeployDraft): Promise<Deploy> {
  for (let tries = 1; ; tries++) {
    const id = (await deploys.lastId()) + 1;
    const deploy: Deploy = { ...draft, id, createdAt: new Date().toISOString() };
    try {
      await deploys.add(deploy);
      return deploy;
    } catch (error) {
      const isLost =
        error instanceof DeployConflict && (error.reason === "taken" || error.reason === "no-predecessor");
      if (!isLost || tries === mostTries) throw error;
    }
  }
}

/** Uploads the files of a program. @throws what the store throws */
export async function uploadProgram(
  files: FileTreeStore,
  { frontend, entry, files: tree }: CollectedProgram,
  details: DeployDetails,
): Promise<DeployDraft> {
  const uri = tree.length === 0 ? undefined : await files.put(tree);
  return { ...details, frontend, files: uri, ...(entry !== undefined && { entry }) };
}

/**
 * Has the program of a node be what is deployed: it is published if nothing is deployed yet, or if it is another than this
 * node published last. Otherwise others may have deployed something since, and that stays.
 *
 * @param prefix the working directory of the node, which remembers what was published, absolute
 * @throws what the store throws
 */
export async function publishInput(
  { deploys, files }: DeployTarget,
  program: CollectedProgram,
  details: DeployDetails,
  { prefix, log }: { readonly prefix: string; readonly log: Log },
): Promise<void> {
  const draft = await uploadProgram(files, program, details);
  const content = contentOf(draft);
  const current = (await deploys.list()).findLast(({ hosts }) => hosts === undefined);
  const remembered = recall(prefix, log);
  const isCurrent = current !== undefined && contentOf(current) === content;
  if (current !== undefined && !isCurrent && remembered?.content === content) {
    log(
      "info",
      "deploy",
      `this node has published its program before, as deploy ${remembered.id}; deploy ${current.id} has come since, and stays`,
    );
    return;
  }
  const deploy = isCurrent ? current : await addDeploy(deploys, draft);
  const what = isCurrent ? "its program is deployed already, as" : "published its program as";
  log("info", "deploy", `${what} deploy ${deploy.id}`);
  remember(prefix, { tree: draft.files, content, id: deploy.id }, log);
}

/** What a node published last. */
interface Published {
  /** The URI of the files. */
  readonly tree: string | undefined;
  readonly content: string;
  readonly id: number;
}

const version = 1;

function pathOf(prefix: string): string {
  return join(prefix, "cache", "published.json");
}

function recall(prefix: string, log: Log): Published | undefined {
  const path = pathOf(prefix);
  try {
    const data: unknown = JSON.parse(readFileSync(path, "utf8"));
    if (typeof data !== "object" || data === null || !("v" in data) || data.v !== version) return undefined;
    const { tree, content, id } = { tree: undefined, content: undefined, id: undefined, ...data };
    if (typeof content !== "string" || typeof id !== "number") return undefined;
    return { tree: typeof tree === "string" ? tree : undefined, content, id };
  } catch (error) {
    if (errorCode(error) !== "ENOENT")
      log(
        "warn",
        "deploy",
        `what was published before is not known, for ${path} cannot be read: ${explainError(error)}`,
      );
    return undefined;
  }
}

function remember(prefix: string, published: Published, log: Log): void {
  const path = pathOf(prefix);
  try {
    makeDirectory(join(prefix, "cache"), 0o700);
    replaceFile(path, encodeBytes(`${JSON.stringify({ v: version, ...published })}\n`), { mode: 0o600 });
  } catch (error) {
    log("warn", "deploy", `the program may be published once more after a restart: ${explainError(error)}`);
  }
}
