/**
 * Regular expressions in the dialect of RE2, which finds a match in time proportional to the text (functions
 * specification, section 9).
 */
import type { RE2JS } from "re2js";
import { quote } from "../../bytes.ts";
import { FatalError } from "../define.ts";

/** Compiled patterns, the one used last at the end. Each may hold ten megabytes of states, so there are few. */
const compiled = new Map<string, RE2JS>();
const KEPT = 16;

/**
 * Whether `pattern` matches somewhere in `text`, in which every byte that is no character counts as U+FFFD.
 * @throws FatalError for a pattern that is none
 */
export function matchesPattern(pattern: string, text: string): boolean {
  const known = compiled.get(pattern);
  const expression = known ?? compile(pattern);
  if (known !== undefined) compiled.delete(pattern);
  compiled.set(pattern, expression);
  const [oldest] = compiled.keys();
  if (compiled.size > KEPT && oldest !== undefined) compiled.delete(oldest);
  return expression.test(text.toWellFormed());
}

function compile(pattern: string): RE2JS {
  if (!pattern.isWellFormed()) throw invalid(pattern, "it is not UTF-8");
  // The library is large and few programs need it.
  const { RE2JS }: typeof import("re2js") = require("re2js");
  try {
    return RE2JS.compile(pattern);
  } catch (error) {
    throw invalid(pattern, error instanceof Error ? error.message : String(error));
  }
}

function invalid(pattern: string, why: string): FatalError {
  return new FatalError(
    `invalid regular expression ${quote(pattern)}: ${why.replace(/^error parsing regexp: /, "")}`,
  );
}
