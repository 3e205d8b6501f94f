/** Module `net/http`. */
import { StructValue } from "../value.ts";
import { arg, source, t } from "./define.ts";
import { followed, mustNotBeEmpty } from "./support/followed.ts";

export const response = source({
  module: "net/http",
  name: "response",
  summary: "What an `http:client` resource of this host got last, followed as it changes.",
  args: [arg("uid", t.str, "the name of the resource")],
  returns: t.struct({ status: t.int, output: t.str }),
  notes:
    "The status is that of HTTP: 0 while there was no response, -1 if the request failed before there was one. The " +
    "output is the body, empty if there is none.",
  errors: "Fatal: an empty uid, a body that cannot be read.",
  examples: { 'http.response("download")->status == 200': null },
  open: (context, uid) => {
    mustNotBeEmpty("uid", uid);
    return followed(
      context,
      context.host.stores.responses,
      uid,
      ({ status, output }) => new StructValue(["status", "output"], [BigInt(status), output]),
    );
  },
});
