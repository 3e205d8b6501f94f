import { cacheDirectory } from "./cache.ts";
import { type PackedProgram, packedPrograms } from "./packed.ts";
import { thisTarget } from "./release.ts";

/**
 * The programs that the executable carries. Run from sources these are the ones that a build has obtained; in the
 * executable `carrying.ts` puts another module in the place of this one.
 */
export function carriedPrograms(): readonly PackedProgram[] {
  return packedPrograms(cacheDirectory, thisTarget());
}
