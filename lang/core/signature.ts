/** The ways in which a core function can be called, and how they are written. */
import { printType } from "../types/type.ts";
import type { Argument, CoreFunction, Signature } from "./define.ts";

type Declared = Pick<CoreFunction, "args" | "returns" | "otherForms">;

/** The arguments of each way to call it, the fewest first. */
export function callForms({ args, otherForms = [] }: Declared): readonly (readonly Argument[])[] {
  const others = otherForms.map((names) => args.filter(({ name }) => names.includes(name)));
  return [...others, args].toSorted((a, b) => a.length - b.length);
}

/** Whether it is called in one way only, always with the same number of arguments. */
export function isCalledInOneWay({ args, otherForms }: Declared): boolean {
  return otherForms === undefined && args.at(-1)?.isRepeated !== true;
}

/** The signature of a call with so many arguments, before what the call itself decides; undefined if there is none. */
export function declaredSignature(declared: Declared, count: number): Signature | undefined {
  const { args, returns: result } = declared;
  if (count === args.length) return { args, result };
  const form = callForms(declared).find(({ length }) => length === count);
  if (form !== undefined) return { args: form, result };
  const last = args.at(-1);
  if (last?.isRepeated !== true || count < args.length) return undefined;
  return { args: [...args, ...Array.from({ length: count - args.length }, () => last)], result };
}

/** How many arguments it takes: `1`, `1 or 2`, `1 to 3`, `at least 1`. */
export function printArity(declared: Declared): string {
  const lengths = callForms(declared).map(({ length }) => length);
  const least = Math.min(...lengths);
  const most = Math.max(...lengths);
  if (declared.args.at(-1)?.isRepeated === true) return `at least ${least}`;
  if (least === most) return String(least);
  return `${least} ${most === least + 1 ? "or" : "to"} ${most}`;
}

/** An argument in a signature: `sep str`, and `a ?1, …` where any number may follow. */
export function printArgument({ name, type, isRepeated }: Argument): string {
  return `${name} ${printType(type)}${isRepeated === true ? ", …" : ""}`;
}

/** Every way to call it: `strings.split(a str, b str) []str`. */
export function printSignatures(name: string, declared: Declared): readonly string[] {
  const result = printType(declared.returns);
  return callForms(declared).map((form) => `${name}(${form.map(printArgument).join(", ")}) ${result}`);
}
