import { declareKind } from "./define.ts";

export const sysctl = declareKind({
  kind: "sysctl",
  summary: "Sets a parameter of the kernel, now and after the next boot.",
  notes: "The name of the resource is that of the parameter, with dots: `net.ipv4.ip_forward`.",
  params: { value: "str = ''", runtime: "bool = true", persist: "bool = true", path: "str = ''" },
  about: {
    value: "The value as the kernel shows it, without a newline. Required.",
    runtime: "Set the value in /proc/sys.",
    persist: "Write the value to Path, which is read at boot.",
    path: "Absolute path of a file that ends in `.conf`; `/etc/sysctl.d/99-NAME.conf` if empty.",
  },
  example: `sysctl "net.ipv4.ip_forward" {\n\tvalue => "1",\n}\n`,
  validate(name, { value, runtime, persist, path }) {
    if (name.includes("/")) return "name contains slashes, use the dotted representation";
    if (name.includes("=")) return "name contains equals sign, this is illegal";
    if (/^\.|\.$/.test(name)) return "name contains leading or trailing periods";
    if (name.trim() !== name) return "name has leading or trailing whitespace";
    if (value === "") return "value is empty";
    if (value.trim() !== value) return "value contains leading or trailing whitespace";
    if (!runtime && !persist) return "you must either set the value at runtime or you must persist";
    if (!persist || path === "") return undefined;
    if (!path.endsWith(".conf")) return "filename must end with .conf";
    return path.startsWith("/") ? undefined : "filename must be absolute and start with slash";
  },
});
