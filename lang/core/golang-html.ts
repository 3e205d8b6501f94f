/** Module `golang/html` (functions specification, section 10). */
import { joinText } from "../bytes.ts";
import { arg, pure, t } from "./define.ts";
import { decodeReferences } from "./support/html-references.ts";

const module = "golang/html";

const escapes: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&#34;",
  "'": "&#39;",
};

export const escapeString = pure({
  module,
  name: "escape_string",
  summary: "`s` with `<`, `>`, `&`, `'` and `\"` as character references.",
  args: [arg("s", t.str)],
  returns: t.str,
  examples: { "html.escape_string(\"<a href='x'>\")": '"&lt;a href=&#39;x&#39;&gt;"' },
  call: (s) => s.replace(/[&<>"']/g, (character) => escapes[character] ?? character),
});

export const unescapeString = pure({
  module,
  name: "unescape_string",
  summary: "`s` with what its character references stand for, named as HTML 5 does, or numeric.",
  args: [arg("s", t.str)],
  returns: t.str,
  notes: "Old names need no semicolon: `&ampx` is `&x`. What is no reference stays as it is.",
  examples: { 'html.unescape_string("&lt;&eacute;&#8364;&copy")': '"<é€©"' },
  call: (s) => joinText([decodeReferences(s)]),
});
