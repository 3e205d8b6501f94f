import { declareKind } from "../define.ts";
import { anyRemote } from "./remote-identity.ts";

export const fwupdDevice = declareKind({
  kind: "fwupd:device",
  summary: "Installs a version of the firmware of a device, by fwupd. It never reboots.",
  notes: "It comes after a `fwupd:remote`.",
  params: { device: "str = ''", version: "str = ''", allow_downgrade: "bool = false" },
  about: {
    device: "Id or GUID of the device; the name of the resource if empty.",
    version: "The version to install. Required.",
    allow_downgrade: "Allow to install a lower version than there is.",
  },
  example: `fwupd:device "08d460be0f1f9f128413f816022a6439e0078018" {\n\tversion => "1.2.4",\n}\n`,
  validate(name, { device, version }) {
    if ((device || name) === "") return "the Device is empty";
    return version === "" ? "the Version is empty" : undefined;
  },
  identities: (name, { device }) => [`fwupd-device:${device || name}`],
  wants: () => [{ anyOf: [anyRemote], order: "found-first" }],
});
