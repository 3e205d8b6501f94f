import { readFileSync } from "node:fs";
import { decodeBytes, encodeBytes } from "../../../lang/bytes.ts";
import { replaceFile } from "../../../src/os/atomic-file.ts";
import { errorCode } from "../../../src/os/errors.ts";
import { watchPath } from "../../../src/os/watch-path.ts";
import { defineResource } from "../../../src/resources/define.ts";
import { fileIdentity, parentIdentities } from "../../../src/resources/file/resulting-path.ts";

export const greeting = defineResource({
  kind: "greeting",
  summary: "Keeps a line of text in a file.",
  params: { text: "str = 'hello'", "path?": "str" },
  about: {
    text: "The line, without its newline.",
    path: "Absolute path of the file; the name of the resource if unset.",
  },
  receives: true,
  example: `greeting "/tmp/mgmt-example-greeting" {\n\ttext => "good morning",\n}\n`,
  validate: (name, { path = name }) => (path.startsWith("/") ? undefined : "the path must be absolute"),
  identities: (name, { path = name }) => [fileIdentity(path)],
  wants: (name, { path = name }) => [{ anyOf: parentIdentities(path), order: "found-first" }],
  open({ name, params, log }) {
    return {
      async watch({ ready, changed, signal }) {
        const watch = watchPath(params().path ?? name, { onChange: changed, signal });
        ready();
        await watch.closed;
      },
      checkApply({ apply, show }) {
        const { text, path = name } = params();
        const found = contentOf(path);
        if (found === `${text}\n`) return true;
        show?.({ kind: "content", path, before: found ?? "", after: `${text}\n` });
        if (!apply) return false;
        log(`writing ${path}`);
        replaceFile(path, encodeBytes(`${text}\n`), { mode: 0o644 });
        return false;
      },
    };
  },
});

function contentOf(path: string): string | undefined {
  try {
    return decodeBytes(readFileSync(path));
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw error;
  }
}
