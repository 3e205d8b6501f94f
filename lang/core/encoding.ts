/** Module `encoding`. */
import { decodeBytes, encodeBytes } from "../bytes.ts";
import { arg, FatalError, pure, t } from "./define.ts";

const module = "encoding";

export const base64Encode = pure({
  module,
  name: "base64_encode",
  summary: "The bytes of a text in base64, standard alphabet, padded.",
  args: [arg("data", t.str)],
  returns: t.str,
  examples: { 'encoding.base64_encode("hi")': '"aGk="' },
  call: (data) => Buffer.from(encodeBytes(data)).toString("base64"),
});

export const base64Decode = pure({
  module,
  name: "base64_decode",
  summary: "The bytes that a base64 text stands for.",
  args: [arg("data", t.str)],
  returns: t.str,
  notes: "Standard alphabet; padding is required; line breaks do not count. The result need not be UTF-8.",
  errors: "Fatal: text that is no base64.",
  examples: { 'encoding.base64_decode("aGk=")': '"hi"' },
  call: (data) => {
    const text = data.replace(/[\r\n]/g, "");
    const isBase64 = text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);
    if (!isBase64) throw new FatalError("text is not base64 in the standard alphabet with padding");
    return decodeBytes(Buffer.from(text, "base64"));
  },
});
