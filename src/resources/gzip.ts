import { declareKind } from "./define.ts";
import { outputPathFlaw } from "./rules/output-path.ts";

export const gzip = declareKind({
  kind: "gzip",
  summary: "Writes a compressed copy of a file or of a text.",
  notes: "The copy is written anew when the input, the level or the copy itself has changed.",
  params: { path: "str = ''", "input?": "str", content: "str = ''", level: "int = -1n" },
  about: {
    path: "Absolute path of the compressed file; the name of the resource if empty.",
    input: "Absolute path of the file to compress. It must exist by then.",
    content: "The text to compress if Input is unset.",
    level: "How hard to compress: -2 to 9, of which the constants name some.",
  },
  constants: {
    level: {
      no_compression: 0n,
      best_speed: 1n,
      best_compression: 9n,
      default_compression: -1n,
      huffman_only: -2n,
    },
  },
  example: `gzip "/var/backups/notes.gz" {
	input => "/srv/notes",
	level => $const.res.gzip.level.best_compression,
}
`,
  validate(name, { path, input, level }) {
    const flaw = outputPathFlaw(path || name);
    if (flaw !== undefined) return flaw;
    if (input !== undefined && !input.startsWith("/")) return "input must be absolute";
    if (input?.endsWith("/")) return "input must not end with a slash";
    return level < -2n || level > 9n ? `invalid compression level: ${level}` : undefined;
  },
});
