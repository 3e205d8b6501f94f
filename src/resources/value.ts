import { equal, type Value } from "../../lang/value.ts";
import { defineResource } from "./define.ts";

export const value = defineResource({
  kind: "value",
  summary:
    "Keeps a value of any type under its name on this host, for functions and other resources to read.",
  notes:
    "The value survives restarts; `value.get` and its like read it. An unset value removes what is kept.",
  params: { "any?": "any" },
  about: { any: "The value to keep. May be received, and is sent on." },
  sends: { "any?": "any" },
  receives: true,
  example: `value "answer" {\n\tany => 42,\n}\n`,
  open: ({ name, fields, send, world }) => ({
    checkApply({ apply, received }) {
      const wanted = fields().get("any");
      const kept = world.values.get(name);
      const good = received.size === 0 && same(kept, wanted);
      if (apply && !same(kept, wanted)) world.values.set(name, wanted);
      send(new Map(wanted === undefined ? [] : [["any", wanted]]));
      return good;
    },
  }),
});

function same(a: Value | undefined, b: Value | undefined): boolean {
  return a === undefined || b === undefined ? a === b : equal(a, b);
}
