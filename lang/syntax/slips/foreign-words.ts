import { place } from "../../diagnostic.ts";
import type { SyntaxFailure } from "../syntax-failure.ts";
import { adjoins, enclosingLines, type Slip } from "./slip.ts";

const bind = "a variable is bound as `$name = …`";
const define = "a function is written `func name($a) { … }`, a group of resources `class name($a) { … }`";
const otherwise = "nest an `if` inside of `else { … }`";
const loop = "`for $index, $value in … {` goes through a list, `forkv $key, $value in … {` through a map";
const branch = "there are `if … { … } else { … }`, and maps: `$map[$key] <|> $otherwise`";
const bring = 'what a module has is brought in with `import "…"`';

/** How other languages begin a statement, and how it is done here. */
const words: Readonly<Record<string, string>> = {
  let: bind,
  var: bind,
  const: bind,
  local: bind,
  def: define,
  define,
  function: define,
  fn: define,
  fun: define,
  proc: define,
  elif: otherwise,
  elsif: otherwise,
  elseif: otherwise,
  unless: "write `if not (…) { … }`",
  while: loop,
  until: loop,
  foreach: loop,
  loop,
  switch: branch,
  case: branch,
  match: branch,
  try: "what may fail has its fallback after it: `… <|> …`",
  resource: 'a resource is written `kind "name" { … }`',
  require: bring,
  use: bring,
  using: bring,
  from: bring,
};

/** A line that begins with a word of another language; or the `elif` after a `}`. */
export const foreignWords: readonly Slip[] = [
  {
    when: (it) => foreignWord(it) !== undefined,
    message: (it) => `there is no \`${it.textAt(foreignWord(it) ?? it.at)}\``,
    focus: (it) => it.spanAt(foreignWord(it) ?? it.at),
    help: (it) => words[it.textAt(foreignWord(it) ?? it.at)] ?? bind,
  },
];

function foreignWord(failure: SyntaxFailure): number | undefined {
  const isForeign = (at: number): boolean =>
    failure.kindAt(at) === "IDENTIFIER" &&
    Object.hasOwn(words, failure.textAt(at)) &&
    failure.kindAt(at + 1) !== "=>" &&
    failure.kindAt(at + 1) !== "=";
  if (isForeign(failure.at) && failure.kind(-1) === "}") return failure.at;
  for (const first of enclosingLines(failure)) if (isForeign(first)) return first;
  return undefined;
}

/** Numbers and texts as other languages write them. */
export const foreignLiterals: readonly Slip[] = [
  {
    when: (it) => it.kind() === "STRING" && it.text(-1) === '""' && adjoins(it),
    help: () => 'there is no `"""`: a string between two `"` may go over several lines',
  },
  {
    when: (it) => it.kind(-1) === "STRING" && /\$\{[^}]*$/.test(it.text(-1).slice(1, -1)) && adjoins(it),
    message: (it) => `the string ends within \`${it.text(-1).match(/\$\{[^}]*$/)?.[0] ?? "${"}\``,
    focus: (it) => it.span(-1),
    help: () =>
      "only the name of a variable can stand in `${…}`: bind the value to one, such as `$value = …`, and write `${value}`",
  },
  {
    when: (it) => it.kind(-1) === "STRING" && it.text(-1).includes("\n"),
    help: (it) =>
      `the string before it goes over several lines, from ${place(it.span(-1))}: is a \`"\` missing there?`,
  },
  {
    when: (it) => afterNumber(it) && /^o[0-7]+$/.test(it.text()),
    help: (it) => `numbers are decimal; the mode of a file is a string: \`"0${it.text().slice(1)}"\``,
  },
  {
    when: (it) => afterNumber(it) && /^[xb]/.test(it.text()),
    help: () => "numbers are decimal",
  },
  {
    when: (it) => afterNumber(it) && /^e[0-9]*$/.test(it.text()),
    help: () => "numbers have no exponent: write all digits, such as `100000` or `0.001`",
  },
  {
    when: (it) => afterNumber(it),
    help: () => "numbers have no unit: write the number alone, or a string",
  },
  {
    when: (it) => it.kind() === "." && it.kind(1) === "INTEGER" && adjoins(it, 1),
    help: (it) => `a number has digits on both sides of its point: \`0.${it.text(1)}\``,
  },
];

function afterNumber(failure: SyntaxFailure): boolean {
  const before = failure.kind(-1);
  return failure.kind() === "IDENTIFIER" && (before === "INTEGER" || before === "FLOAT") && adjoins(failure);
}
