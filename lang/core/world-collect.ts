import { StructValue } from "../value.ts";
import { arg, source, t } from "./define.ts";
import { followed } from "./support/followed.ts";

export const res = source({
  module: "world/collect",
  name: "res",
  summary: "The resources of a kind that `collect` would find here: what hosts export to this one.",
  args: [arg("kind", t.str)],
  returns: t.list(t.struct({ name: t.str, host: t.str })),
  notes: 'The host is the one that exports. To collect them all: `collect file collect.res("file") { … }`.',
  errors: "Fatal: a kind that there is not, exports that cannot be read.",
  examples: { 'collect.res("file")': null },
  open: (context, kind) =>
    followed(context, context.host.exports, kind, (records) =>
      records.map(({ name, host }) => new StructValue(["name", "host"], [name, host])),
    ),
});
