import { keyType } from "../os/ssh/public-key.ts";
import { declareKind } from "./define.ts";
import { parseTarget } from "./remote/target.ts";
import { splitHostPort } from "./rules/address.ts";

/** The most seconds that fit into the nanoseconds of 64 bits. */
const longestTimeout = 9_223_372_036n;

export const remote = declareKind({
  kind: "remote",
  summary: "Runs mgmt on another machine, to which it connects over SSH.",
  notes:
    "The executable is copied there and started as a client of this cluster, whose programs it runs like every other member. The key of the host must be known: by HostKey, or from the known_hosts of the agent's user.",
  params: {
    remote: "str = ''",
    hostname: "str = ''",
    state: "str = 'running'",
    "ssh_id?": "str",
    hostkey: "str = ''",
    interactive: "bool = false",
    interactive_timeout: "uint = 0n",
    max_password_tries: "int = 0n",
    allow_cleartext_password: "bool = false",
    caching: "bool = true",
    transient: "bool = true",
    tunnelled: "bool = true",
    tunnel_addr: "str = '127.0.0.1:2379'",
    install_deps: "bool = false",
    "converger_timeout?": "int",
  },
  about: {
    remote:
      "Where to connect, `[ssh://][USER[:PASSWORD]@]HOST[:PORT]`; as root on port 22 unless it says otherwise. The name of the resource if empty.",
    hostname: "What the machine is called in the cluster; what it calls itself if empty.",
    state: "`running` or `stopped`.",
    ssh_id:
      "Path of a private key, which may begin with `~/` or `~user/`. Unset takes those in `.ssh`, the empty text none.",
    hostkey: "The public key of the machine, in base64 as in known_hosts.",
    interactive: "Ask for a password on the terminal.",
    interactive_timeout: "Seconds to wait for one; 0 for ever.",
    max_password_tries: "How often to ask; 0 for ever.",
    allow_cleartext_password: "Allow a password in Remote.",
    caching: "Keep the executable and the working directory there.",
    transient: "Expect the agent there to end; hold the connection until it does.",
    tunnelled: "Let it reach this cluster through the connection.",
    tunnel_addr: "Where it finds the cluster then, `HOST:PORT`; port 0 is any.",
    install_deps: "Install the packages that the executable needs, if it does not start.",
    converger_timeout: "End the agent there once nothing has changed for so many seconds.",
  },
  example: `remote "root@web1.example.org" {
	hostname => "web1",
	ssh_id => "~/.ssh/id_ed25519",
}
`,
  validate(name, params) {
    const { state, hostkey, interactive_timeout, transient, tunnelled, tunnel_addr, converger_timeout } =
      params;
    const target = parseTarget(params.remote || name);
    if ("flaw" in target) return target.flaw;
    if (target.password !== undefined && !params.allow_cleartext_password)
      return "the Remote holds a password: set AllowCleartextPassword to allow that";
    if (state !== "running" && state !== "stopped") return `invalid State: ${state}`;
    if (converger_timeout !== undefined && converger_timeout < 0n)
      return "the ConvergerTimeout must not be negative";
    if (interactive_timeout > longestTimeout) return "the InteractiveTimeout is too large";
    if (!transient && tunnelled) return "a tunnel lasts as long as the connection: Tunnelled needs Transient";
    if (!transient && converger_timeout !== undefined) return "the ConvergerTimeout needs Transient";
    if (tunnelled && tunnel_addr !== "" && splitHostPort(tunnel_addr) === undefined)
      return `the TunnelAddr must be HOST:PORT: ${tunnel_addr}`;
    return hostkey !== "" && keyType(hostkey) === undefined ? "the HostKey is no public key" : undefined;
  },
  uncompared: ["remote"],
  difference(mine, theirs) {
    const same = JSON.stringify(parseTarget(mine.remote)) === JSON.stringify(parseTarget(theirs.remote));
    return same ? undefined : `remote differs: ${mine.remote} vs ${theirs.remote}`;
  },
});
