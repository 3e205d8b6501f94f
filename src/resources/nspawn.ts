import { declareKind } from "./define.ts";

export const nspawn = declareKind({
  kind: "nspawn",
  summary: "Runs a container of systemd-nspawn, or stops it.",
  notes: "The name of the resource is that of the machine, whose image systemd-machined must know.",
  params: { state: "str = 'running'" },
  about: { state: "`running` or `stopped`." },
  refreshable: true,
  example: `nspawn "builder" {\n\tstate => "running",\n}\n`,
  validate(name, { state }) {
    if (name.length > 64) return "name must be 64 characters or less";
    return state === "running" || state === "stopped" ? undefined : `invalid state: ${state}`;
  },
});
