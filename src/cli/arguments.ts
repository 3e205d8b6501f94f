/**
 * Command lines, strictly: citty describes the options and reads them, and what it would let pass (unknown options,
 * missing values, surplus words) is refused here, with what was probably meant.
 */
import { type ArgDef, type ArgsDef, parseArgs } from "citty";
import { nearest } from "../../lang/suggest.ts";

/** What the user typed cannot be meant; exit status 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Options that may be given several times; each gives one value. */
export type Lists = readonly string[];

export interface Arguments {
  /** @returns the last value given, or the environment's, or the default */
  text(option: string): string | undefined;
  flag(option: string): boolean;
  list(option: string): readonly string[];
  /** @throws UsageError if what was given is none of the choices */
  choice<const C extends string>(option: string, choices: readonly C[]): C;
  /** @throws UsageError if what was given is no whole number */
  integer(option: string): number | undefined;
  /** Whether the option itself was given, be it on the command line or by the environment. */
  given(option: string): boolean;
  /** Whether it was given on the command line. */
  typed(option: string): boolean;
  readonly words: readonly string[];
}

/** The environment variables that stand in for options, such as `MGMT_PREFIX` for `--prefix`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * @param command for messages: `mgmt run`
 * @param variables by option: the environment variable that stands in for it
 * @throws UsageError
 */
export function readArguments(
  command: string,
  raw: readonly string[],
  definitions: ArgsDef,
  {
    lists = [],
    variables = {},
    environment = {},
  }: { lists?: Lists; variables?: Environment; environment?: Environment } = {},
): Arguments {
  const known = knownOptions(definitions);
  const plain: string[] = [];
  const words: string[] = [];
  const repeated = new Map<string, string[]>();
  const seen = new Set<string>();
  for (let index = 0; index < raw.length; index++) {
    const token = raw[index] ?? "";
    if (token === "--") {
      words.push(...raw.slice(index + 1));
      break;
    }
    if (!token.startsWith("-") || token === "-") {
      words.push(token);
      continue;
    }
    const [flag = "", attached] = splitOnce(token, "=");
    const name = known.get(flag);
    if (name === undefined) throw new UsageError(unknownOption(command, flag, known));
    const definition = definitions[name];
    seen.add(name);
    if (definition?.type === "boolean") {
      plain.push(
        attached === "false" ? `--no-${name}` : flag.startsWith("--no-") ? `--no-${name}` : `--${name}`,
      );
      continue;
    }
    const value = attached ?? raw[++index];
    if (value === undefined)
      throw new UsageError(`${command}: option ${flag} needs a value${hintOf(definition)}`);
    if (lists.includes(name)) repeated.set(name, [...(repeated.get(name) ?? []), value]);
    else plain.push(`--${name}=${value}`);
  }
  const parsed: Record<string, unknown> = parseArgs(plain, definitions);
  const valueFor = (option: string): unknown => {
    const variable = variables[option];
    if (!seen.has(option) && variable !== undefined && environment[variable] !== undefined)
      return environment[variable];
    return parsed[option];
  };
  const text = (option: string): string | undefined => {
    const value = valueFor(option);
    return typeof value === "string" ? value : undefined;
  };
  return {
    words,
    text,
    flag: (option) => {
      const value = valueFor(option);
      return typeof value === "string" ? value !== "" && value !== "0" && value !== "false" : value === true;
    },
    list: (option) => [...splitList(environment[variables[option] ?? ""]), ...(repeated.get(option) ?? [])],
    choice: (option, choices) => {
      const given = text(option);
      const found = choices.find((each) => each === given);
      if (found !== undefined) return found;
      throw new UsageError(`${command}: --${option} is one of ${choices.join(", ")}, not \`${given}\``);
    },
    integer: (option) => {
      const value = text(option);
      if (value === undefined) return undefined;
      if (!/^[+-]?\d+$/.test(value))
        throw new UsageError(`${command}: --${option} takes a whole number, not \`${value}\``);
      return Number(value);
    },
    typed: (option) => seen.has(option),
    given: (option) => seen.has(option) || environment[variables[option] ?? ""] !== undefined,
  };
}

/** Every spelling of every option, with its name. */
function knownOptions(definitions: ArgsDef): ReadonlyMap<string, string> {
  const known = new Map<string, string>();
  for (const [name, definition] of Object.entries(definitions)) {
    if (definition.type === "positional") continue;
    for (const spelling of [name, ...aliasesOf(definition)]) {
      known.set(spelling.length === 1 ? `-${spelling}` : `--${spelling}`, name);
      if (definition.type === "boolean" && spelling.length > 1) known.set(`--no-${spelling}`, name);
    }
  }
  return known;
}

function aliasesOf(definition: ArgDef): readonly string[] {
  if (!("alias" in definition) || definition.alias === undefined) return [];
  return typeof definition.alias === "string" ? [definition.alias] : definition.alias;
}

function unknownOption(command: string, flag: string, known: ReadonlyMap<string, string>): string {
  const meant = nearest(flag, known.keys());
  const hint = meant === undefined ? `see ${command} --help` : `did you mean ${meant}?`;
  return `${command}: there is no option ${flag}; ${hint}`;
}

function hintOf(definition: ArgDef | undefined): string {
  return definition?.valueHint === undefined ? "" : `: ${definition.valueHint}`;
}

function splitOnce(text: string, separator: string): readonly [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

function splitList(text: string | undefined): readonly string[] {
  return text === undefined ? [] : text.split(/[,; ]+/).filter((each) => each !== "");
}
