import { declareKind } from "../define.ts";
import { readUrl } from "../rules/url.ts";

const methods: readonly string[] = [
  "GET",
  "HEAD",
  "POST",
  "PUT",
  "PATCH",
  "DELETE",
  "CONNECT",
  "OPTIONS",
  "TRACE",
];

export const httpClient = declareKind({
  kind: "http:client",
  summary: "Asks a server over HTTP, and keeps the answer in a file.",
  notes:
    "It asks every Meta:poll seconds, or, with Longpoll, again and again in requests that the server holds until there is something new. The function `net/http.response` follows what it got.",
  params: {
    file: "str = ''",
    method: "str = ''",
    url: "str = ''",
    "body?": "str",
    mtime_check: "bool = true",
    sha256: "str = ''",
    longpoll: "bool = false",
    longpoll_redirect: "bool = false",
    longpoll_conditional: "bool = false",
  },
  about: {
    file: "Absolute path of the file for the answer. If empty it is the name of the resource, if that is an absolute path, or else a file of its own.",
    method: "Method of the request, in upper case; `GET` if empty.",
    url: "What to ask for, with `http` or `https`; it may hold a user and a password. Required.",
    body: "Body of the request.",
    mtime_check: "Ask only for what is newer than the file.",
    sha256:
      "What the SHA-256 of the answer must be, in lower case hexadecimal digits. A file that has it already is not asked for.",
    longpoll: "Ask again and again, in requests that the server holds. Not together with Meta:poll.",
    longpoll_redirect: "Take a redirection as the sign that the server is going to hold the request.",
    longpoll_conditional: "Say in all requests but the first how long the server may hold them.",
  },
  sends: { content: "str" },
  refreshable: true,
  example: `http:client "/srv/motd" {
	url => "http://127.0.0.1:8080/motd",
	Meta:poll => 60,
}
`,
  validate(_name, params, meta) {
    const { file, method, url, sha256, longpoll, longpoll_redirect, longpoll_conditional } = params;
    if (file !== "" && !file.startsWith("/")) return "the File must be absolute";
    if (file.endsWith("/")) return "the File must not be a directory";
    if (method !== "" && !methods.includes(method)) {
      const upper = method.toUpperCase();
      const help = methods.includes(upper) ? `, did you mean \`${upper}\`?` : "";
      return `invalid Method: \`${method}\`${help}`;
    }
    const parts = readUrl(url);
    if ("flaw" in parts) return `invalid Url: ${parts.flaw}`;
    if (parts.scheme !== "http" && parts.scheme !== "https") return "the Url must be one of http or https";
    if (parts.host === "") return "the Url has no host";
    if (sha256.toLowerCase() !== sha256) return "the Sha256 must be in lower case";
    if (longpoll && meta.poll !== 0) return "can't use Longpoll with Meta:poll";
    if (longpoll_redirect && longpoll_conditional)
      return "can't use LongpollRedirect and LongpollConditional at the same time";
    if (longpoll && !longpoll_redirect && !longpoll_conditional)
      return "Longpoll needs one of LongpollRedirect and LongpollConditional";
    return undefined;
  },
});
