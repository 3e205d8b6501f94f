import { encodeBytes } from "../../lang/bytes.ts";
import { SystemError } from "./errors.ts";

/** What is to be executed: the program's file, its arguments with the name it is called by first. */
export interface Invocation {
  readonly program: string;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string | undefined;
}

/**
 * An invocation that does the same and is all text, which is all that Bun can pass on: bytes that are not UTF-8 go
 * through a shell that is given them in octal. What is text already comes back as it is.
 */
export function asTextInvocation(invocation: Invocation): Invocation {
  const { program, argv, env, cwd } = invocation;
  const texts = [program, cwd ?? "", ...argv, ...Object.values(env)];
  if (texts.every((text) => text.isWellFormed())) return invocation;
  if (program.includes("="))
    throw new SystemError(
      "could not run",
      program,
      "EINVAL",
      "the path holds a = and there are bytes that are not text",
    );
  const lines: string[] = [];
  const variable = (text: string) => {
    const name = `v${lines.length}`;
    // The x keeps newlines at the end from being cut off.
    lines.push(`${name}=$(printf %b '${octal(`${text}x`)}'); ${name}=\${${name}%x}`);
    return `"$${name}"`;
  };
  const settings = Object.entries(env).map(([name, value]) => variable(`${name}=${value}`));
  const words = [program, ...argv.slice(1)].map(variable);
  const enter = cwd === undefined ? "" : `cd -- ${variable(cwd)} && `;
  const script = `${lines.join("\n")}\n${enter}exec /usr/bin/env -i ${[...settings, ...words].join(" ")}`;
  return { program: "/bin/sh", argv: ["sh", "-c", script], env: { LC_ALL: "C" }, cwd: undefined };
}

function octal(text: string): string {
  return Array.from(encodeBytes(text), (byte) => `\\0${byte.toString(8).padStart(3, "0")}`).join("");
}
