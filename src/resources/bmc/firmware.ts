import { declareKind } from "../define.ts";
import { targetFlaw } from "./target.ts";

export const bmcFirmware = declareKind({
  kind: "bmc:firmware",
  summary: "Installs a version of the firmware of a board management controller.",
  notes: "It needs Meta:poll, for the controller tells nobody of changes. Its certificate is not verified.",
  params: {
    hostname: "str = ''",
    port: "uint16 = 0",
    username: "str = ''",
    password: "str = ''",
    insecure_password: "bool = false",
    provider: "str = ''",
    file: "str = ''",
    hash: "str = ''",
    version: "str = ''",
    block: "str = ''",
  },
  about: {
    hostname:
      "Host of the controller. What is empty here and below is taken from the name of the resource, if that is `https://USER:PASSWORD@HOST:PORT`.",
    port: "Port of the controller; 443 if nothing says otherwise.",
    username: "User to log in as.",
    password: "Password of that user.",
    insecure_password: "Allow to take the password from the name of the resource.",
    provider: "The vendor that the controller must be of. Required.",
    file: "Absolute path of the firmware. Required.",
    hash: "What the SHA-256 of the file must be, in hexadecimal digits.",
    version: "The version that is in the file. Required.",
    block: "Name of the `bmc:power` that must wait until the firmware is installed.",
  },
  example: `bmc:firmware "bmc1.example.org" {
	hostname => "bmc1.example.org",
	provider => "Example",
	file => "/srv/firmware/bmc-2.10.bin",
	version => "2.10",
	Meta:poll => 3600,
}
`,
  validate(name, { hostname, provider, file, version }, meta) {
    if (meta.poll === 0) return "it needs Meta:poll";
    if (provider === "") return "the Provider is empty";
    if (!file.startsWith("/") || file.endsWith("/")) return "the File must be the absolute path of a file";
    return version === "" ? "the Version is empty" : targetFlaw(name, { hostname });
  },
});
