/** Every kind there is, and where to find it. */
import type { Kind } from "./define.ts";

export const loaders: Readonly<Record<string, () => Promise<Kind>>> = {
  exit: async () => (await import("./exit.ts")).exit,
  noop: async () => (await import("./noop.ts")).noop,
};
