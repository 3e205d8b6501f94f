import type { Params } from "../vocabulary.ts";

/** The parameters of a file resource, in the words of `vocabulary.ts`. */
export const parameters = {
  path: "str = ''",
  dirname: "str = ''",
  basename: "str = ''",
  state: "str = ''",
  "content?": "str",
  source: "str = ''",
  "fragments?": "str[]",
  owner: "str = ''",
  group: "str = ''",
  mode: "str = ''",
  recurse: "bool = false",
  force: "bool = false",
  purge: "bool = false",
  symlink: "bool = false",
  "selinux?": "str",
} as const;

export type FileParameters = Params<typeof parameters>;
