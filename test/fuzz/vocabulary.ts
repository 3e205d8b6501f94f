const token = /"(?:[^"\\]|\\.)*"|#[^\n]*|\d+\.\d+|\$?\w+|\n|[ \t]+|->|=>|==|!=|<=|>=|<\|>|\?:|[^\w\s"]/gs;

export function tokensOf(text: string): readonly string[] {
  return text.match(token) ?? [];
}

const borders = [
  "0",
  "-1",
  "9223372036854775807",
  "-9223372036854775808",
  "9223372036854775808",
  "0.0",
  "-1.5",
];

/** What programs are made of: the tokens and lines of others, to put in. */
export class Vocabulary {
  readonly tokens: readonly string[];
  readonly lines: readonly string[];
  readonly #byKind: ReadonlyMap<string, readonly string[]>;

  constructor(programs: readonly string[]) {
    this.tokens = [...new Set([...programs.flatMap(tokensOf), ...borders])];
    this.lines = [...new Set(programs.flatMap((program) => program.match(/[^\n]*\n/g) ?? []))];
    this.#byKind = Map.groupBy(this.tokens, kindOf);
  }

  /** The tokens that may well stand where this one does. */
  like(word: string): readonly string[] {
    return this.#byKind.get(kindOf(word)) ?? this.tokens;
  }
}

function kindOf(word: string): string {
  if (/^-?\d/.test(word)) return "number";
  if (word.startsWith("$")) return "variable";
  if (word.startsWith('"')) return "string";
  if (/^[A-Z]/.test(word)) return "property";
  if (/^\w/.test(word)) return "word";
  if (/^(?:[-+*/<]|==|!=|<=|<\|>|->)$/.test(word)) return "operator";
  return /^\s/.test(word) ? "blank" : "bracket";
}
