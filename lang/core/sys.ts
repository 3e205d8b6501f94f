/** Module `sys`. */
import { quote } from "../bytes.ts";
import type { Host } from "../host.ts";
import { MapValue, StructValue } from "../value.ts";
import { arg, CatchableError, FatalError, impure, type SourceContext, source, t } from "./define.ts";
import { asFailure } from "./support/failure.ts";
import { followKernelFile } from "./support/kernel-state.ts";

const module = "sys";

export const hostname = source({
  module,
  name: "hostname",
  summary: "The host name of this machine, followed as it changes.",
  args: [],
  returns: t.str,
  notes:
    "Asks D-Bus service org.freedesktop.hostname1. Not to be confused with $hostname, the name of this node.",
  errors: "Fatal: no answer from that service.",
  examples: { "sys.hostname()": null },
  open: ({ host, emit, fail }) => host.system.followHostname(emit, (error) => fail(asFailure(error))),
});

export const cpuCount = source({
  module,
  name: "cpu_count",
  summary: "The number of processors that are online, followed as they are switched on and off.",
  args: [],
  returns: t.int,
  errors: "Fatal: a kernel that does not tell it.",
  examples: { "sys.cpu_count()": null },
  open: (context) => followKernelFile(context, "cpu", "/sys/devices/system/cpu/online", countListed),
});

/** How many numbers there are in a list such as `0-3,7`. */
function countListed(list: string): bigint {
  let count = 0;
  for (const part of list.trim().split(",")) {
    const [, first, last = first] = /^(\d+)(?:-(\d+))?$/.exec(part) ?? [];
    const length = Number(last) - Number(first) + 1;
    if (!(length > 0)) throw new FatalError(`not a list of processors: ${quote(list)}`);
    count += length;
  }
  return BigInt(count);
}

export const getenv = impure({
  module,
  name: "getenv",
  summary: "A variable of the agent's environment.",
  args: [arg("name", t.str)],
  returns: t.str,
  errors: "Catchable: a variable that is not set.",
  examples: { 'sys.getenv("PATH")': null, 'sys.getenv("NO_SUCH_VARIABLE") <|> "vi"': '"vi"' },
  bind:
    ({ host }) =>
    (name) => {
      const value = host.environment.get(name);
      if (value === undefined) throw new CatchableError(`environment variable not set: ${quote(name)}`);
      return value;
    },
});

export const hasenv = impure({
  module,
  name: "hasenv",
  summary: "Whether a variable is set in the agent's environment.",
  args: [arg("name", t.str)],
  returns: t.bool,
  examples: { 'sys.hasenv("NO_SUCH_VARIABLE")': "false" },
  bind:
    ({ host }) =>
    (name) =>
      host.environment.has(name),
});

export const env = impure({
  module,
  name: "env",
  summary: "The environment of the agent.",
  args: [],
  returns: t.map(t.str, t.str),
  examples: { 'sys.env()["PATH"]': null },
  bind: ({ host }) => {
    const variables = new MapValue(host.environment);
    return () => variables;
  },
});

/** Emits what a file of /proc says, at once and then every `period` seconds. */
function sample<T>(
  context: SourceContext,
  period: number,
  read: (host: Host) => T,
  emit: (value: T) => void,
) {
  const attempt = () => {
    try {
      emit(read(context.host));
    } catch (error) {
      context.fail(asFailure(error));
    }
  };
  attempt();
  let ticks = 0;
  return context.host.clock.everySecond(() => {
    if (++ticks % period === 0) attempt();
  });
}

export const uptime = source({
  module,
  name: "uptime",
  summary: "Seconds since the machine was started, every second.",
  args: [],
  returns: t.int,
  examples: { "sys.uptime()": null },
  open: (context) => sample(context, 1, readUptime, context.emit),
});

function readUptime(host: Host): bigint {
  return BigInt(Math.floor(Number.parseFloat(host.files.read("/proc/uptime"))));
}

const LOAD_PERIOD = 5;

export const load = source({
  module,
  name: "load",
  summary: "Load averages over 1, 5 and 15 minutes, every 5 seconds.",
  args: [],
  returns: t.struct({ x1: t.float, x5: t.float, x15: t.float }),
  examples: { "sys.load()": null },
  open: (context) => sample(context, LOAD_PERIOD, readLoad, context.emit),
});

function readLoad(host: Host): StructValue {
  const averages = host.files.read("/proc/loadavg").split(" ", 3).map(Number);
  return new StructValue(["x1", "x5", "x15"], averages);
}
