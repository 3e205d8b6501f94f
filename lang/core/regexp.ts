/** Module `regexp`. */
import { arg, pure, t } from "./define.ts";
import { matchesPattern } from "./support/matches-pattern.ts";

const module = "regexp";

export const match = pure({
  module,
  name: "match",
  summary: "Whether a regular expression matches anywhere in `s`.",
  args: [arg("pattern", t.str), arg("s", t.str)],
  returns: t.bool,
  notes:
    "The dialect is that of RE2, as Go has it: no look-around and no back-references, but whatever the pattern, the time " +
    "grows only with the length of `s`. ^ and $ are the ends of the text, with (?m) also those of lines; (?i) ignores " +
    "case, (?s) lets . match a newline. \\d, \\w, \\s and \\b are ASCII.",
  errors: "Fatal: a pattern that is no regular expression.",
  examples: {
    'regexp.match("^a+$", "aa")': "true",
    'regexp.match("(?i)^web[0-9]+[.]", "Web12.example.com")': "true",
    'regexp.match("b", "aa")': "false",
  },
  call: matchesPattern,
});
