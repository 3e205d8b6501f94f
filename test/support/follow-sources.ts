/**
 * A program for namespaces: `follow-sources.ts NAME [ARG...]` opens a source of the standard library on this machine and
 * prints what it hands over, a JSON text a line. Each line that comes in is a shell command, which it runs; meanwhile it
 * does nothing else.
 */
import { print } from "../../lang/value.ts";
import { createHost } from "../../src/agent/host.ts";
import { core, typeOf } from "../lang/core/call.ts";

const [name = "", ...args] = process.argv.slice(2);
const ending = new AbortController();
const host = createHost({ hostname: "here", log: () => {}, signal: ending.signal });
const say = (text: string) => process.stdout.write(`${JSON.stringify(text)}\n`);

if (name === "kernel") {
  const [subsystem = ""] = args;
  host.system.followKernel(
    subsystem,
    () => say("event"),
    (error) => say(error.message),
  );
  say("ready");
} else {
  const { behavior } = core(name);
  if (behavior.kind !== "source") throw new Error(`${name} is no source`);
  const { open } = behavior.bind({
    host,
    type: {
      kind: "func",
      args: args.map((arg) => ({ name: arg, type: typeOf(arg) })),
      result: { kind: "str" },
    },
    emit: (value) => say(print(value)),
    fail: (error) => say(`${error.name}: ${error.message}`),
    backlog: () => undefined,
  });
  open(...args);
}

for await (const line of console) {
  const { exitCode, stderr } = Bun.spawnSync(["sh", "-c", line], { stdin: "ignore", stdout: "ignore" });
  if (exitCode !== 0) say(`${line}: ${stderr.toString()}`);
}
process.exit(0);
