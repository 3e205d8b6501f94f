import { declareKind } from "./define.ts";

export const gsettings = declareKind({
  kind: "gsettings",
  summary: "Sets a value of GSettings for a user, as desktops keep them.",
  params: {
    schema: "str = ''",
    key: "str = ''",
    type: "str = ''",
    "value?": "any",
    user: "str = ''",
    group: "str = ''",
  },
  about: {
    schema:
      "The schema, such as `org.gnome.desktop.interface`. If it and Key are empty, they are the two words of the name of the resource.",
    key: "The key in that schema.",
    type: "`bool`, `str` or `int`: what Value is; `custom` for a text in the notation of gsettings.",
    value: "The value.",
    user: "Name of the user; the one that the agent runs as if empty.",
    group: "Name of the group to work as.",
  },
  example: `gsettings "org.gnome.desktop.interface clock-show-date" {
	type => "bool",
	value => true,
	user => "ada",
}
`,
  validate(name, { schema, key, type, value }) {
    const named = schema === "" && key === "" ? name.split(" ") : [schema, key];
    if (named.length !== 2 || named.includes("")) return "it needs a Schema and a Key, or both in its name";
    const wanted = valueTypes[type];
    if (wanted === undefined) return `the Type must be one of ${Object.keys(valueTypes).join(", ")}: ${type}`;
    if (value === undefined) return "the Value is missing";
    // The language has one type for whole numbers, which is a bigint here.
    return typeof value === wanted ? undefined : `the Value is not of the Type ${type}`;
  },
});

/** What a Value of each Type is in JavaScript. */
const valueTypes: Readonly<Record<string, string>> = {
  bool: "boolean",
  str: "string",
  int: "bigint",
  custom: "string",
};
