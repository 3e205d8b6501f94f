import { declareKind } from "../define.ts";

export const hetznerVm = declareKind({
  kind: "hetzner:vm",
  summary: "Manages a server in the cloud of Hetzner.",
  notes:
    "The name of the resource is that of the server. It needs Meta:poll, for the cloud tells nobody of changes.",
  params: {
    apitoken: "str = ''",
    state: "str = ''",
    allowrebuild: "str = ''",
    servertype: "str = ''",
    datacenter: "str = ''",
    image: "str = ''",
    userdata: "str = ''",
    serverrescuemode: "str = ''",
    "serverrescuekeys?": "str[]",
    waitinterval: "uint32 = 5",
    waittimeout: "uint32 = 300",
  },
  about: {
    apitoken: "Token of the project. Required.",
    state: "`exists`, `running`, `off` or `absent`; empty leaves it alone.",
    allowrebuild:
      "What to do when type, place or image differ: `ifneeded` makes the server anew, without what is on it; `ignore` leaves it; empty fails.",
    servertype: "Name of the type, such as `cx22`.",
    datacenter: "Name of the data center, such as `nbg1-dc3`.",
    image: "Name of the image, such as `debian-12`.",
    userdata: "What cloud-init is to do in a new server.",
    serverrescuemode: "Rescue system to boot: `linux32`, `linux64`, `freebsd64`, or none if empty.",
    serverrescuekeys: "Names of the keys of the project that may log in there.",
    waitinterval: "Seconds between questions while the server changes.",
    waittimeout: "Seconds after which a change has failed.",
  },
  example: `hetzner:vm "web1" {
	apitoken => "secret",
	state => "running",
	servertype => "cx22",
	datacenter => "nbg1-dc3",
	image => "debian-12",
	Meta:poll => 60,
}
`,
  validate(_name, { apitoken, state, allowrebuild, serverrescuemode }, meta) {
    if (apitoken === "") return "the ApiToken is empty";
    if (!["", "exists", "running", "off", "absent"].includes(state)) return `invalid State: ${state}`;
    if (!["", "ignore", "ifneeded"].includes(allowrebuild)) return `invalid AllowRebuild: ${allowrebuild}`;
    if (!["", "linux32", "linux64", "freebsd64"].includes(serverrescuemode))
      return `invalid ServerRescueMode: ${serverrescuemode}`;
    return meta.poll < 1 ? "it needs Meta:poll of at least 1" : undefined;
  },
});
