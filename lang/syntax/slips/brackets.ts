import { place } from "../../diagnostic.ts";
import { closingBracket } from "../token.ts";
import { closers, type Slip } from "./slip.ts";

/** Brackets that do not match. */
export const bracketSlips: readonly Slip[] = [
  {
    when: (it) => closers.has(it.kind()) && it.openBracket() === undefined,
    help: (it) => `no bracket is open that this \`${it.text()}\` could close`,
  },
  {
    when: (it) => {
      const open = it.openBracket();
      return closers.has(it.kind()) && open !== undefined && expectedCloser(it.textAt(open)) !== it.text();
    },
    help: (it) => {
      const open = it.openBracket() ?? it.at;
      return `the \`${it.textAt(open)}\` at ${place(it.spanAt(open))} is closed by \`${expectedCloser(it.textAt(open))}\``;
    },
  },
];

function expectedCloser(open: string): string | undefined {
  return open === "(" || open === "[" || open === "{" ? closingBracket[open] : undefined;
}
