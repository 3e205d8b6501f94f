import { explainError } from "../../os/errors.ts";
import { parseMode } from "../../os/mode.ts";
import { hasPathPrefix } from "../../os/paths.ts";
import type { FileParameters } from "./parameters.ts";
import { isDirectoryPath, resultingPath } from "./resulting-path.ts";

/** The rules of resources-system 3.6, in their order. @returns what is wrong, or undefined */
export function validateFile(name: string, params: FileParameters): string | undefined {
  const path = resultingPath(name, params);
  const { content, source, fragments = [], recurse, purge, symlink } = params;
  const hasContent = content !== undefined;
  const hasSource = source !== "";
  const hasFragments = fragments.length > 0;
  const absent = params.state === "absent";
  const directory = isDirectoryPath(path);
  const sourceDirectory = isDirectoryPath(source);

  if (path === "") return "path is empty";
  if (params.dirname !== "" && !isDirectoryPath(params.dirname)) return "dirname must end with a slash";
  if (params.basename.startsWith("/")) return "basename must not start with a slash";
  if (!path.startsWith("/")) return `the path must be absolute, got \`${path}\``;
  if (!["exists", "absent", ""].includes(params.state))
    return `the state must be \`exists\` or \`absent\`, got \`${params.state}\``;
  if (Number(hasContent) + Number(hasSource) + Number(hasFragments) > 1)
    return "can only specify one of Content, Source, and Fragments";
  if (symlink && params.state === "exists" && !hasSource) return "can't use Symlink with an empty Source";
  if (absent && (hasContent || hasSource || hasFragments))
    return "can't specify file Content, Source, or Fragments when State is absent";
  if (absent && params.selinux !== undefined) return "can't specify SELinux when State is absent";
  if (hasSource && !symlink && directory !== sourceDirectory)
    return "the path and Source must either both be dirs or both not be";
  if (directory && (hasContent || hasFragments || symlink))
    return "can't specify Content or Fragments or Symlink when creating a Dir";
  if (sourceDirectory && !symlink && !recurse)
    return "you'll want to Recurse when you have a Source dir to copy";
  if (purge && !recurse) return "you'll want to Recurse when you have a Purge to do";
  if (hasSource && !sourceDirectory && !symlink && recurse)
    return "you can't recurse when copying a single file";
  for (const fragment of fragments) {
    if (!fragment.startsWith("/")) return `the frag (\`${fragment}\`) isn't an absolute path`;
    if (hasPathPrefix(path, fragment)) return `inside a frag (\`${fragment}\`)`;
  }
  if (purge && (hasContent || hasFragments)) return "can't combine Purge with Content or Fragments";
  const flaw = modeFlaw(params.mode);
  if (flaw !== undefined) return flaw;
  if (symlink && (hasContent || hasFragments)) return "can't specify Content or Fragments with Symlink";
  if (symlink && (recurse || purge)) return "can't specify Recurse or Purge with Symlink";
  if (purge && !directory) return "can't Purge a file: end the path with a slash to manage a directory";
  if (sourceDirectory && !symlink && (hasPathPrefix(path, source) || hasPathPrefix(source, path)))
    return "can't copy between a dir and what is in it: neither of path and Source may be inside the other";
  return undefined;
}

function modeFlaw(mode: string): string | undefined {
  if (mode === "") return undefined;
  try {
    parseMode(mode, 0);
    return undefined;
  } catch (error) {
    return explainError(error);
  }
}
