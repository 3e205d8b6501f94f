/**
 * Module `golang/runtime` (functions specification, section 10). It tells of a Go program, which mgmt is not: what has
 * no counterpart answers as an idle Go program would.
 */
import { arg, type CoreFunction, FatalError, impure, pure, t } from "./define.ts";

const module = "golang/runtime";

export const version = pure({
  module,
  name: "version",
  summary: "The version of Go whose functions these are.",
  args: [],
  returns: t.str,
  examples: { "runtime.version()": '"go1.25"' },
  call: () => "go1.25",
});

export const goroot = impure({
  module,
  name: "goroot",
  summary: "Where Go is installed: `$GOROOT`, or empty.",
  args: [],
  returns: t.str,
  examples: { "runtime.goroot()": null },
  bind:
    ({ host }) =>
    () =>
      host.environment.get("GOROOT") ?? "",
});

export const numCpu = impure({
  module,
  name: "num_cpu",
  summary: "How many processors the agent may use.",
  args: [],
  returns: t.int,
  examples: { "runtime.num_cpu()": null },
  bind:
    ({ host }) =>
    () =>
      BigInt(host.system.processors()),
});

export const gomaxprocs = impure({
  module,
  name: "gomaxprocs",
  summary: "How many processors the agent may use; `n` changes nothing.",
  args: [arg("n", t.int)],
  returns: t.int,
  examples: { "runtime.gomaxprocs(0)": null },
  bind:
    ({ host }) =>
    () =>
      BigInt(host.system.processors()),
});

/** A number that is the same in every mgmt. */
function constant(name: string, summary: string, value: bigint): CoreFunction {
  return pure({
    module,
    name,
    summary,
    args: [],
    returns: t.int,
    examples: { [`runtime.${name}()`]: String(value) },
    call: () => value,
  });
}

export const numGoroutine = constant("num_goroutine", "1: there are no goroutines beside the main one.", 1n);
export const numCgoCall = constant("num_cgo_call", "0: nothing is called through cgo.", 0n);

export const setMutexProfileFraction = pure({
  module,
  name: "set_mutex_profile_fraction",
  summary: "0: mutexes are not profiled; `rate` changes nothing.",
  args: [arg("rate", t.int)],
  returns: t.int,
  examples: { "runtime.set_mutex_profile_fraction(-1)": "0" },
  call: () => 0n,
});

export const stack = pure({
  module,
  name: "stack",
  summary: "0: no bytes of a stack trace are written to `buf`.",
  args: [arg("buf", t.str), arg("all", t.bool)],
  returns: t.int,
  examples: { 'runtime.stack("", false)': "0" },
  call: () => 0n,
});

export const readTrace = pure({
  module,
  name: "read_trace",
  summary: "The next part of an execution trace: empty, there is none.",
  args: [],
  returns: t.str,
  examples: { "runtime.read_trace()": '""' },
  call: () => "",
});

export const cpuProfile = pure({
  module,
  name: "cpu_profile",
  summary: "Always fails, as it does in Go.",
  args: [],
  returns: t.str,
  errors: "Fatal: always.",
  examples: { "runtime.cpu_profile()": null },
  call: (): string => {
    throw new FatalError("CPUProfile no longer available");
  },
});
