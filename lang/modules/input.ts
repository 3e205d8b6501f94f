/** What to run (language specification, 13.1), once the command line has decided which of these it is. */
export type Input =
  /** Text of its own; `path` is how diagnostics call it, and where its imports are looked for is beside that. */
  | { readonly kind: "code"; readonly code: string; readonly path: string }
  | { readonly kind: "file"; readonly path: string }
  /** Holds `metadata.yaml` or `main.mcl`. Ends in `/`; the base directory itself is empty. */
  | { readonly kind: "directory"; readonly path: string }
  | { readonly kind: "metadata"; readonly path: string };
