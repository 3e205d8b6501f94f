import { declareKind } from "../define.ts";
import { memberDifference } from "../rules/members.ts";
import { anyRemote } from "./remote-identity.ts";

export const fwupdSystem = declareKind({
  kind: "fwupd:system",
  summary: "Keeps the firmware of all devices the newest, by fwupd. It never reboots.",
  notes: "It comes after a `fwupd:remote`.",
  params: { state: "str = ''", "exclude?": "str[]" },
  about: {
    state: "`newest`. Required.",
    exclude: "Ids and GUIDs of devices to leave alone.",
  },
  example: `fwupd:system "all" {\n\tstate => "newest",\n}\n`,
  validate(_name, { state, exclude = [] }) {
    if (state !== "newest") return "state must be `newest`";
    return exclude.includes("") ? "the Exclude must not be empty" : undefined;
  },
  uncompared: ["exclude"],
  difference: (mine, theirs) => memberDifference("exclude", mine.exclude, theirs.exclude),
  identities: () => ["fwupd-system:"],
  wants: () => [{ anyOf: [anyRemote], order: "found-first" }],
});
