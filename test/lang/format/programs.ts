/** Programs to format: all that the tests of the language and the examples have. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseText } from "../syntax/support.ts";

const root = join(import.meta.dir, "..", "..", "..");
const examples = join(root, "examples");
const tables = [join(root, "test", "lang", "corpus"), join(root, "test", "lang", "syntax")];

/** Regular expressions are matched only so that quotes in them do not count. */
const literal =
  /(?<=[(,]\s*)\/(?![/*])(?:[^\\/\n]|\\.)+\/|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`/gs;

const escapes: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r" };

/** Every text, in the sources of the tables and among the examples, that is a program with something in it. */
export function programs(): readonly string[] {
  const transpiler = new Bun.Transpiler({ loader: "ts" });
  const texts = tables.flatMap((directory) =>
    filesIn(directory, ".ts").flatMap((source) =>
      Array.from(transpiler.transformSync(source).matchAll(literal), ([text]) => decode(text)),
    ),
  );
  return [...new Set([...filesIn(examples, ".mcl"), ...texts])].filter(isProgram);
}

function filesIn(directory: string, extension: string): readonly string[] {
  const names = readdirSync(directory).filter((name) => name.endsWith(extension));
  return names.sort().map((name) => readFileSync(join(directory, name), "utf8"));
}

function decode(quoted: string): string {
  const text = quoted
    .slice(1, -1)
    .replace(/\\(.)/gs, (_, character: string) => escapes[character] ?? character);
  return text.endsWith("\n") ? text : `${text}\n`;
}

function isProgram(text: string): boolean {
  try {
    const { statements, comments } = parseText(text);
    return statements.length + comments.length > 0;
  } catch {
    return false;
  }
}
