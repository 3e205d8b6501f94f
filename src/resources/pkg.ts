import { declareKind } from "./define.ts";

/** States that are not a version. */
const general: readonly string[] = ["installed", "uninstalled", "newest"];

export const pkg = declareKind({
  kind: "pkg",
  summary: "Installs, updates or removes a package of the distribution, by PackageKit.",
  notes: [
    "Packages of the same state are a group, done in one transaction; those of a certain version are not.",
    "The same package may be declared `installed` in one place and `newest` in another: then it is kept newest.",
  ].join("\n\n"),
  params: {
    state: "str = 'installed'",
    allowdowngrade: "bool = false",
    allowuntrusted: "bool = false",
    allownonfree: "bool = false",
    allowunsupported: "bool = false",
  },
  about: {
    state: "`installed`, `uninstalled`, `newest`, or the exact version to install.",
    allowdowngrade: "Allow to replace a higher version by the one that State names.",
    allowuntrusted: "Allow packages without a trusted signature.",
    allownonfree: "Look at packages that are not free, too.",
    allowunsupported: "Look at packages that the distribution does not support, too.",
  },
  example: `pkg ["nginx", "rsync"] {\n\tstate => "installed",\n}\n`,
  validate(_name, { state }) {
    if (state === "") return "state cannot be empty";
    return state === "latest" ? "state is invalid, did you mean `newest` ?" : undefined;
  },
  uncompared: ["state"],
  difference: (mine, theirs) =>
    mine.state === theirs.state
      ? undefined
      : `state differs in an incompatible way: ${mine.state} vs ${theirs.state}`,
  merge(mine, theirs) {
    const keepsCurrent = (state: string): boolean => state === "installed" || state === "newest";
    const sameFlags = flagsOf(mine) === flagsOf(theirs);
    return sameFlags && keepsCurrent(mine.state) && keepsCurrent(theirs.state)
      ? { state: "newest" }
      : undefined;
  },
  identities: (name) => [`pkg:${name}`],
  grouping: (_name, params) =>
    general.includes(params.state)
      ? { key: `${params.state} ${flagsOf(params)}`, keepsOrder: false }
      : undefined,
});

function flagsOf(
  params: Readonly<
    Record<"allowdowngrade" | "allowuntrusted" | "allownonfree" | "allowunsupported", boolean>
  >,
): string {
  const { allowdowngrade, allowuntrusted, allownonfree, allowunsupported } = params;
  return [allowdowngrade, allowuntrusted, allownonfree, allowunsupported].join();
}
