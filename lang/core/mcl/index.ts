/**
 * The parts of the standard library that are written in mcl: a directory for each module, with a `main.mcl`, and
 * whatever that needs beside it.
 *
 * To itself, a module is what is not written in mcl: it imports its other functions by `import "MODULE" as *`.
 */
import example from "./example/main.mcl" with { type: "text" };

/** All their files, by path. */
export const mclSources: ReadonlyMap<string, string> = new Map([["example/main.mcl", example]]);
