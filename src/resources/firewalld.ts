import { declareKind } from "./define.ts";
import { memberDifference } from "./rules/members.ts";

export const firewalld = declareKind({
  kind: "firewalld",
  summary: "Opens services and ports in firewalld, or closes them, until it is reloaded.",
  params: { zone: "str = ''", state: "str = ''", "services?": "str[]", "ports?": "str[]" },
  about: {
    zone: "The zone; the default one if empty.",
    state: "`exists` or `absent`; empty is `exists`.",
    services: "Names of services.",
    ports: "Ports, each with its protocol: `4280/tcp`.",
  },
  constants: { state: { exists: "exists", absent: "absent", undefined: "" } },
  example: `firewalld "web" {
	services => ["http", "https"],
	ports => ["8080/tcp"],
}
`,
  validate(_name, { state, services = [], ports = [] }) {
    if (!["exists", "absent", ""].includes(state)) return "state must be `exists`, `absent` or empty";
    if (services.includes("")) return "the Services must not be empty";
    for (const each of ports) {
      const [, port] = /^(\d+)\/[^/]+$/.exec(each) ?? [];
      if (port === undefined || Number(port) === 0) return `the Ports must be like 80/tcp: ${each}`;
    }
    return undefined;
  },
  uncompared: ["services", "ports"],
  difference: (mine, theirs) =>
    memberDifference("services", mine.services, theirs.services) ??
    memberDifference("ports", mine.ports, theirs.ports),
});
