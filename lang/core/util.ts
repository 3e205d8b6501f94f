/** Module `util`. */
import { quote } from "../bytes.ts";
import type { NetworkInterface } from "../host.ts";
import type { MapValue } from "../value.ts";
import { arg, FatalError, source, t } from "./define.ts";
import { currentInterfaces, followInterfaces, hasMac } from "./support/interfaces.ts";

export const hostnameMapper = source({
  module: "util",
  name: "hostname_mapper",
  summary:
    "The host name that a map has for a network interface of this machine, or empty; followed as they change.",
  args: [arg("map", t.map(t.str, t.str), "host names by hardware address, in lower case with colons")],
  returns: t.str,
  errors: "Fatal: several host names for this machine, the kernel does not tell of interfaces.",
  examples: { 'util.hostname_mapper({"0a:00:00:00:00:01" => "web1"})': null },
  inTemplates:
    ({ host }) =>
    (names) =>
      nameOf(currentInterfaces(host), names),
  open: (context, names) => followInterfaces(context, (interfaces) => nameOf(interfaces, names)),
});

/** @throws FatalError where the map has several names */
function nameOf(interfaces: readonly NetworkInterface[], names: MapValue): string {
  const found = interfaces.filter(hasMac).map(({ mac }) => names.get(mac));
  const distinct = [...new Set(found)].filter((name) => typeof name === "string" && name !== "");
  const [first = ""] = distinct;
  if (distinct.length <= 1) return String(first);
  throw new FatalError(
    `this machine has several host names: ${distinct.map((name) => quote(String(name))).join(", ")}`,
  );
}
