import { declareKind } from "./define.ts";

export const hostname = declareKind({
  kind: "hostname",
  summary: "Sets the names of this machine, by systemd-hostnamed.",
  params: {
    hostname: "str = ''",
    "pretty_hostname?": "str",
    "static_hostname?": "str",
    "transient_hostname?": "str",
  },
  about: {
    hostname: "What those of the names are that are unset; the name of the resource if empty.",
    pretty_hostname: "The name for people, of any characters. The empty text leaves it alone.",
    static_hostname: "The name that is kept in /etc/hostname. The empty text leaves it alone.",
    transient_hostname:
      "The name that the kernel has; while there is a static one the system keeps it equal to that. The empty text leaves it alone.",
  },
  example: `hostname "web1" {\n\tpretty_hostname => "The first web server",\n}\n`,
  validate(name, params) {
    const fallback = params.hostname || name;
    const names = [params.pretty_hostname, params.static_hostname, params.transient_hostname];
    return names.every((each) => (each ?? fallback) === "")
      ? "insufficient parameters for this resource"
      : undefined;
  },
});
