import { hostname } from "node:os";
import { addDeploy } from "../../agent/deploys/publish.ts";
import { contentOf, type Deploy, type DeployStore, type FileTreeStore } from "../../world/deploy-store.ts";

/** Deploys once more what was deployed before, for all hosts. @throws Error */
export async function deployAgain(
  { deploys, files }: { readonly deploys: DeployStore; readonly files: FileTreeStore },
  { frontend, files: uri, entry, options, hash }: Deploy,
): Promise<Deploy> {
  if (uri !== undefined) await files.hold(uri);
  return addDeploy(deploys, {
    ...{ frontend, files: uri, options },
    ...(entry !== undefined && { entry }),
    ...(hash !== undefined && { hash }),
    createdBy: hostname(),
  });
}

/**
 * The last that was for all hosts, and another than the newest.
 * @param all by their number
 * @throws Error if there is none
 */
export function deployBefore(all: readonly Deploy[]): Deploy {
  const last = all.at(-1);
  if (last === undefined) throw new Error("nothing has been deployed yet");
  const content = contentOf(last);
  const found = all.findLast((each) => each.hosts === undefined && contentOf(each) !== content);
  if (found !== undefined) return found;
  throw new Error(`there is nothing before deploy ${last.id} to go back to`);
}
