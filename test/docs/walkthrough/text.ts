/** Module `text`. */
import { arg, CatchableError, pure, t } from "../../../lang/core/define.ts";

const module = "text";

export const initials = pure({
  module,
  name: "initials",
  summary: "The first characters of all words.",
  args: [arg("text", t.str)],
  returns: t.str,
  examples: { 'text.initials("Ada Lovelace")': '"AL"' },
  call: (text) => text.replaceAll(/(\S)\S*\s*/gu, "$1"),
});

export const line = pure({
  module,
  name: "line",
  summary: "A line of a text.",
  args: [arg("text", t.str), arg("number", t.int, "counted from 0")],
  returns: t.str,
  errors: "Catchable: there is no such line.",
  examples: { 'text.line("a\\nb", 1)': '"b"', 'text.line("a", 7) <|> "none"': '"none"' },
  call(text, number) {
    const found = text.split("\n")[Number(number)];
    if (found === undefined) throw new CatchableError(`there is no line ${number}`);
    return found;
  },
});
