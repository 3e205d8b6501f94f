/** Module `world`: what hosts share. */
import { MapValue, StructValue } from "../value.ts";
import { arg, source, t } from "./define.ts";
import { followed, mustBeOnePart, mustNotBeEmpty } from "./support/followed.ts";

const module = "world";

export const getval = source({
  module,
  name: "getval",
  summary: "A text that all hosts share, followed as it changes.",
  args: [arg("key", t.str)],
  returns: t.struct({ value: t.str, exists: t.bool }),
  notes: "The value is empty where there is none.",
  errors: "Fatal: an empty key, a store that cannot be read.",
  examples: { '"leader: " + world.getval("leader")->value': null },
  open: (context, key) => {
    mustNotBeEmpty("key", key);
    return followed(
      context,
      context.host.stores.strings,
      key,
      (text) => new StructValue(["value", "exists"], [text ?? "", text !== undefined]),
    );
  },
});

export const kvlookup = source({
  module,
  name: "kvlookup",
  summary: "The texts that hosts have in a namespace, by host name, followed as they change.",
  args: [arg("namespace", t.str)],
  returns: t.map(t.str, t.str),
  errors: "Fatal: a namespace that is empty or has a `/` in it, a store that cannot be read.",
  examples: { 'world.kvlookup("ips")': null, 'world.kvlookup("ips")[$hostname] <|> "none"': null },
  open: (context, namespace) => {
    mustBeOnePart("namespace", namespace);
    return followed(context, context.host.stores.hostStrings, namespace, (texts) => new MapValue(texts));
  },
});

export const schedule = source({
  module,
  name: "schedule",
  summary: "The hosts that are chosen in a namespace of the scheduler, sorted, followed as they change.",
  args: [arg("namespace", t.str)],
  returns: t.list(t.str),
  notes: "Empty where nobody has asked to be chosen.",
  errors: "Fatal: a namespace that is empty or has a `/` in it, a store that cannot be read.",
  examples: { 'world.schedule("web")': null, '$hostname in world.schedule("web")': null },
  open: (context, namespace) => {
    mustBeOnePart("namespace", namespace);
    return followed(context, context.host.stores.schedules, namespace, (hosts) => hosts);
  },
});
