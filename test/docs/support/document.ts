/** What people read, taken apart: the fenced blocks of Markdown files, which the tests run. */
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";

/** The repository. */
export const root = join(import.meta.dir, "..", "..", "..");

/** A fenced block. */
export interface Block {
  /** Path of the document, from the root of the repository. */
  readonly document: string;
  /** Line of the opening fence, from 1. */
  readonly line: number;
  /** The word after the fence: `mcl`, `console`, … */
  readonly language: string;
  /** The words after that one: `fails`. */
  readonly flags: readonly string[];
  /** What is between the fences, each line with its newline. */
  readonly text: string;
}

/** All Markdown files that belong to the documentation, by path from the root. */
export function documents(): readonly string[] {
  return ["README.md", ...filesBelow(join(root, "docs")).filter((path) => path.endsWith(".md"))];
}

/** Paths from the root of all files below a directory, sorted. */
export function filesBelow(directory: string): readonly string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .sort();
}

export function readDocument(document: string): string {
  return readFileSync(join(root, document), "utf8");
}

export function blocksOf(document: string): readonly Block[] {
  const blocks: Block[] = [];
  let open: { line: number; info: string; text: string } | undefined;
  for (const [index, line] of readDocument(document).split("\n").entries()) {
    if (open === undefined) {
      if (line.startsWith("```")) open = { line: index + 1, info: line.slice(3), text: "" };
    } else if (line === "```") {
      const [language = "", ...flags] = open.info.split(" ");
      blocks.push({ document, line: open.line, language, flags, text: open.text });
      open = undefined;
    } else {
      open.text += `${line}\n`;
    }
  }
  if (open !== undefined) throw new Error(`${document}:${open.line}: this block does not end`);
  return blocks;
}

/** The name under which a program is saved, if its first line is a comment with nothing but that. */
export function fileNameOf(block: Block): string | undefined {
  return /^(?:#|\/\/) (\S+\.\w+)\n/.exec(block.text)?.[1];
}
