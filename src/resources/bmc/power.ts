import { declareKind } from "../define.ts";
import { targetFlaw } from "./target.ts";

export const bmcPower = declareKind({
  kind: "bmc:power",
  summary: "Switches a machine on or off, by its board management controller.",
  notes: "It needs Meta:poll, for the controller tells nobody of changes. Its certificate is not verified.",
  params: {
    hostname: "str = ''",
    port: "uint16 = 0",
    username: "str = ''",
    password: "str = ''",
    insecure_password: "bool = false",
    driver: "str = ''",
    state: "str = ''",
  },
  about: {
    hostname:
      "Host of the controller. What is empty here and below is taken from the name of the resource, if that is `DRIVER://USER:PASSWORD@HOST:PORT`.",
    port: "Port of the controller; 443 if nothing says otherwise.",
    username: "User to log in as.",
    password: "Password of that user.",
    insecure_password: "Allow to take the password from the name of the resource.",
    driver: "How to speak to it: `gofish` for Redfish, or `rpc`; with an `s` behind over TLS.",
    state: "`on` or `off`.",
  },
  example: `bmc:power "gofishs://admin@bmc1.example.org" {
	password => "secret",
	state => "on",
	Meta:poll => 60,
}
`,
  validate: (name, params, meta) => (meta.poll === 0 ? "it needs Meta:poll" : targetFlaw(name, params)),
});
