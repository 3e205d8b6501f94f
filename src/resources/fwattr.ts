import { declareKind } from "./define.ts";

export const fwattr = declareKind({
  kind: "fwattr",
  summary: "Sets an attribute of the firmware, as the kernel shows them in /sys/class/firmware-attributes.",
  params: {
    driver: "str = ''",
    key: "str = ''",
    value: "str = ''",
    check: "bool = true",
    strict: "bool = false",
    skip: "bool = false",
  },
  about: {
    driver: "Name of the driver; may be empty if there is one only.",
    key: "Name of the attribute; the name of the resource if empty.",
    value: "The value.",
    check: "Make sure that the firmware takes such a value before anything is changed.",
    strict: "Take no other spellings of a value than those of the firmware.",
    skip: "Do nothing on machines that have no such attribute.",
  },
  example: `fwattr "SecureBoot" {\n\tvalue => "Enabled",\n\tskip => true,\n}\n`,
  validate(name, { driver, key }) {
    if (driver.includes("/")) return "the Driver must not have slashes in it";
    return (key || name).includes("/") ? "the Key must not have slashes in it" : undefined;
  },
});
