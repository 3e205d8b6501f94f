import { int, str } from "../../../lang/types/type.ts";
import { declareKind } from "../define.ts";
import { memberDifference } from "../rules/members.ts";
import { imageIdentity, isApiVersion } from "./image-name.ts";

const protocols: readonly string[] = ["tcp", "udp", "sctp"];

export const dockerContainer = declareKind({
  kind: "docker:container",
  summary: "Runs a container of Docker, stops it, or removes it.",
  notes:
    "The name of the resource is that of the container. It comes after the `docker:image` that it is made from, and before it if it is removed. What differs in Cmd, Env or Ports of a container that exists is not noticed.",
  params: {
    state: "str = 'running'",
    image: "str = ''",
    "cmd?": "str[]",
    "env?": "str[]",
    "ports?": "any",
    apiversion: "str = ''",
    force: "bool = false",
  },
  types: { ports: { kind: "map", key: str, value: { kind: "map", key: int, value: int } } },
  about: {
    state: "`running`, `stopped` or `removed`.",
    image: "Name of the image, with or without a tag. Required.",
    cmd: "The command to run; that of the image if unset.",
    env: "Environment variables, each as `NAME=VALUE` without blanks.",
    ports:
      "By protocol (`tcp`, `udp` or `sctp`): ports of this machine, and the ports of the container that they lead to.",
    apiversion: "Version of Docker's API to use, such as `v1.40`.",
    force: "Make a container anew that has another image, instead of failing.",
  },
  example: `docker:container "web" {
	image => "nginx:1.29",
	env => ["TZ=UTC"],
	ports => {"tcp" => {8080 => 80}},
}
`,
  validate(_name, { state, image, env = [], ports, apiversion }) {
    if (!["running", "stopped", "removed"].includes(state))
      return "state must be one of `running`, `stopped` and `removed`";
    if (image === "") return "the Image is empty";
    for (const each of env)
      if (!/^[^=\s][^\s]*=\S*$/.test(each)) return `the Env must be NAME=VALUE without blanks: ${each}`;
    const flaw = portsFlaw(ports);
    if (flaw !== undefined) return flaw;
    return apiversion === "" || isApiVersion(apiversion)
      ? undefined
      : `the ApiVersion must be like v1.40: ${apiversion}`;
  },
  uncompared: ["cmd", "env"],
  difference: (mine, theirs) =>
    memberDifference("cmd", mine.cmd, theirs.cmd) ?? memberDifference("env", mine.env, theirs.env),
  identities: (name) => [`docker-container:${name}`],
  wants: (_name, { image, state }) => [
    { anyOf: [imageIdentity(image)], order: state === "removed" ? "self-first" : "found-first" },
  ],
});

function portsFlaw(ports: unknown): string | undefined {
  for (const [protocol, pairs] of entriesOf(ports)) {
    if (!protocols.includes(protocol)) return `the protocol in Ports must be tcp, udp or sctp: ${protocol}`;
    for (const [host, container] of entriesOf(pairs))
      for (const port of [Number(host), Number(container)])
        if (port < 1 || port > 65535) return `a port must be 1 to 65535: ${port}`;
  }
  return undefined;
}

function entriesOf(map: unknown): readonly (readonly [key: string, value: unknown])[] {
  return typeof map === "object" && map !== null ? Object.entries(map) : [];
}
