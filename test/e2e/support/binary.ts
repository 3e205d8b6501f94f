import { join } from "node:path";

/** The executable under test. */
export const binary = process.env.MGMT_BINARY ?? join(import.meta.dir, "..", "..", "..", "dist", "mgmt");
