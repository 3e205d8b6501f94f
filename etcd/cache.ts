import { join } from "node:path";

/** Where builds keep the programs that they obtain. Of use only where the sources are. */
export const cacheDirectory = join(import.meta.dir, ".cache");
