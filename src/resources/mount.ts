import { declareKind } from "./define.ts";
import { memberDifference } from "./rules/members.ts";

export const mount = declareKind({
  kind: "mount",
  summary: "Mounts a file system, and keeps its line in /etc/fstab.",
  notes: "The name of the resource is the mount point.",
  params: {
    state: "str = ''",
    device: "str = ''",
    type: "str = ''",
    "options?": { "[string]": "str" },
    freq: "int = 0n",
    passno: "int = 0n",
  },
  about: {
    state: "`exists` or `absent`. Required.",
    device: "What to mount: a path, or `UUID=`, `LABEL=`, `PARTUUID=` or `PARTLABEL=` and a value.",
    type: "Type of the file system, one of those in /proc/filesystems. Required unless State is `absent`.",
    options:
      'Options and their values; the empty text is an option without one. Unset is `{"defaults" => ""}`.',
    freq: "Fifth field of the line in /etc/fstab: whether `dump` is to back the file system up.",
    passno: "Sixth field of the line in /etc/fstab: when to check the file system at boot; 0 never.",
  },
  example: `mount "/srv" {
	state => "exists",
	device => "LABEL=srv",
	type => "ext4",
	options => {"noatime" => ""},
	passno => 2,
}
`,
  validate(name, { state, type }) {
    if (state !== "exists" && state !== "absent") return "state must be 'exists', or 'absent'";
    if (state === "exists" && type === "")
      return "type must be a valid filesystem type (see /proc/filesystems)";
    return name.includes("//") ? "double slashes are not allowed in resource name" : undefined;
  },
  uncompared: ["options"],
  difference: (mine, theirs) => memberDifference("options", listed(mine.options), listed(theirs.options)),
});

/** Options as /etc/fstab lists them. */
function listed(options: Readonly<Record<string, string>> = { defaults: "" }): readonly string[] {
  return Object.entries(options).map(([name, value]) => (value === "" ? name : `${name}=${value}`));
}
