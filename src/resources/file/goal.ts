import { encodeBytes } from "../../../lang/bytes.ts";
import type { FileParameters } from "./parameters.ts";
import { isDirectoryPath, resultingPath } from "./resulting-path.ts";

/** What the parameters come to. */
export interface Goal {
  readonly name: string;
  readonly params: FileParameters;
  /** The resulting path; ends in a slash if it is a directory's. */
  readonly path: string;
  readonly directory: boolean;
  /** `content` as bytes. */
  readonly content: Uint8Array | undefined;
  readonly fragments: readonly string[];
}

export function goalOf(name: string, params: FileParameters): Goal {
  const path = resultingPath(name, params);
  return {
    name,
    params,
    path,
    directory: isDirectoryPath(path),
    content: params.content === undefined ? undefined : encodeBytes(params.content),
    fragments: params.fragments ?? [],
  };
}
