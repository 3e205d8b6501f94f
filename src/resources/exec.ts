import { existsSync } from "node:fs";
import type { Value } from "../../lang/value.ts";
import { type Identity, ResourceError, type Want } from "../engine/resource.ts";
import { nativePath } from "../os/paths.ts";
import { defineResource } from "./define.ts";
import {
  type CommandParams,
  type Ended,
  maxOutput,
  Runner,
  type Surroundings,
  wordsOf,
} from "./exec/command.ts";
import { Memory, type Outputs } from "./exec/memory.ts";
import { signalOf, validateExec } from "./exec/validate.ts";
import { pathPart, type WatchPart, watchTogether } from "./watch-together.ts";

export const exec = defineResource({
  kind: "exec",
  summary: "Runs a command, when its guards say that it is needed.",
  notes: [
    "Without guards the command runs once at the start and once for each event. The guards are asked in this order: `mtimes` (forces a run past all others), `ifcmd`, `nifcmd`, `creates`. They are asked under noop as well.",
    "Commands get /dev/null as standard input and a process group of their own. When the resource goes away, or `Meta:timeout` is over, the whole group gets `sig`. Background children that hold the output open are not waited for.",
    "Notifications do not make the command run: use `watchfiles` or `mtimes` for that.",
    "What `cmd` writes is kept on disk and sent. A stream on which a run writes nothing keeps what an earlier run wrote. Output of more than 64 MiB is not kept: the command runs on, but there is nothing to send.",
  ].join("\n\n"),
  params: {
    cmd: "str = ''",
    "args?": "str[]",
    cwd: "str = ''",
    shell: "str = ''",
    "env?": { "[string]": "str" },
    sig: "str = ''",
    watchcmd: "str = ''",
    watchcwd: "str = ''",
    watchshell: "str = ''",
    "watchfiles?": "str[]",
    ifcmd: "str = ''",
    ifcwd: "str = ''",
    ifshell: "str = ''",
    "ifequals?": "str",
    "ifequals_stdout?": "str",
    nifcmd: "str = ''",
    nifcwd: "str = ''",
    nifshell: "str = ''",
    creates: "str = ''",
    "mtimes?": "str[]",
    donecmd: "str = ''",
    donecwd: "str = ''",
    doneshell: "str = ''",
    user: "str = ''",
    group: "str = ''",
    "send_output?": "str",
    "send_stdout?": "str",
    "send_stderr?": "str",
  },
  about: {
    cmd: "The command; the name of the resource if empty. Without `shell` it is split at white space, without quoting.",
    args: "Further arguments, each taken as it is; only without `shell`, and when `cmd` is a single word.",
    cwd: "Working directory of `cmd`; the agent's if empty.",
    shell: "A shell to run `cmd` with, as `SHELL -c CMD`; none if empty.",
    env: "The whole environment of every command that is run; empty if unset.",
    sig: "Name of the signal that stops a command, such as `SIGINT`; `SIGTERM` if empty.",
    watchcmd: "A command that keeps running; each line that it prints is an event.",
    watchcwd: "Working directory of `watchcmd`.",
    watchshell: "Shell for `watchcmd`.",
    watchfiles:
      "Absolute paths; a change of any of them is an event. A path that ends in `/` is watched with all below it.",
    ifcmd: "Run `cmd` only if this command exits with 0.",
    ifcwd: "Working directory of `ifcmd`.",
    ifshell: "Shell for `ifcmd`.",
    ifequals:
      "Do not run `cmd` if `ifcmd` succeeds and all its output is exactly this; the final newline counts.",
    ifequals_stdout: "The same, for standard output alone.",
    nifcmd: "Run `cmd` only if this command exits with something other than 0.",
    nifcwd: "Working directory of `nifcmd`.",
    nifshell: "Shell for `nifcmd`.",
    creates: "Absolute path; `cmd` is not run if something is there. Also watched.",
    mtimes:
      "Absolute paths that must exist; if any is newer than our last run, `cmd` is run past all guards. Also watched.",
    donecmd: "A command to run after `cmd` succeeded; if it fails, the resource does.",
    donecwd: "Working directory of `donecmd`.",
    doneshell: "Shell for `donecmd`.",
    user: "Name or id of the user to run all commands as; needs root. The group stays the agent's unless `group` is set.",
    group: "Name or id of the group to run all commands as; needs root.",
    send_output: "What to send as `output` while no run has made any.",
    send_stdout: "What to send as `stdout` while no run has made any.",
    send_stderr: "What to send as `stderr` while no run has made any.",
  },
  sends: { "output?": "str", "stdout?": "str", "stderr?": "str" },
  example: `exec "stamp" {
	cmd => "date > /tmp/mgmt-example-stamp",
	shell => "/bin/sh",
	creates => "/tmp/mgmt-example-stamp",
}
`,
  validate: validateExec,
  wants: (name, params) => wantsOf(name, params),
  open(handle) {
    const { name, params, log, send, vardir } = handle;
    const runner = new Runner();
    let memory: Memory | undefined;

    function surroundings(): Surroundings {
      const { env = {}, user, group, sig } = params();
      const sorted = Object.fromEntries(Object.entries(env).sort(([a], [b]) => (a < b ? -1 : 1)));
      return { env: sorted, user, group, stopSignal: signalOf(sig) ?? "SIGTERM" };
    }

    /** @param fallback whether parameters stand in for what no run has written */
    function sendOutputs({ output, stdout, stderr }: Outputs, fallback: boolean): void {
      const { send_output, send_stdout, send_stderr } = params();
      const values: [string, Value | undefined][] = [
        ["output", output ?? (fallback ? send_output : undefined)],
        ["stdout", stdout ?? (fallback ? send_stdout : undefined)],
        ["stderr", stderr ?? (fallback ? send_stderr : undefined)],
      ];
      send(new Map(values.flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const]))));
    }

    /** Whether the guards hold the command back. */
    async function heldBack(signal: AbortSignal): Promise<boolean> {
      const { ifcmd, ifcwd, ifshell, ifequals, ifequals_stdout, nifcmd, nifcwd, nifshell, creates } =
        params();
      if (ifcmd !== "") {
        const guard = { label: "ifcmd", text: ifcmd, shell: ifshell, cwd: ifcwd };
        const { exitCode, output, stdout, complete } = await runner.run(guard, surroundings(), signal);
        if (exitCode !== 0) {
          log(`ifcmd exited with: ${exitCode}, skipping cmd`);
          return true;
        }
        if (complete && ifequals === output) {
          log("ifequals matched");
          return true;
        }
        if (complete && ifequals_stdout === stdout) {
          log("ifequals stdout matched");
          return true;
        }
      }
      if (nifcmd !== "") {
        const guard = { label: "nifcmd", text: nifcmd, shell: nifshell, cwd: nifcwd };
        const { exitCode } = await runner.run(guard, surroundings(), signal);
        if (exitCode === 0) return true;
        log(`nifcmd exited with: ${exitCode}, not skipping cmd`);
      }
      if (creates !== "" && existsSync(nativePath(creates))) {
        log("creates file exists, skipping cmd");
        return true;
      }
      return false;
    }

    async function succeed(command: CommandParams, signal: AbortSignal): Promise<Ended> {
      const ended = await runner.run(command, surroundings(), signal);
      if (ended.exitCode === 0) return ended;
      const said = excerpt(lastLine(ended.output));
      throw new ResourceError(
        `${command.label} error: exit status ${ended.exitCode}${said === "" ? "" : `: ${said}`}`,
      );
    }

    const watchCommand: WatchPart = async ({ ready, changed, signal }) => {
      const { watchcmd, watchcwd, watchshell } = params();
      const command = { label: "watchcmd", text: watchcmd, shell: watchshell, cwd: watchcwd };
      const { ended } = runner.start(command, surroundings(), signal, (_stream, line) => {
        log(line === "" ? "watch out empty!" : `watch out: ${line}`);
        if (line !== "") changed();
      });
      ready();
      const { exitCode } = await ended;
      throw new ResourceError(
        `watchcmd errored: ${exitCode === 0 ? "reached EOF" : `exit status ${exitCode}`}`,
      );
    };

    function watchParts(): readonly WatchPart[] {
      const { watchcmd, watchfiles = [], creates, mtimes = [] } = params();
      const paths = [...mtimes, ...watchfiles, ...(creates === "" ? [] : [creates])];
      const parts = paths.map((path) => pathPart({ path, recursive: path.endsWith("/") }));
      return watchcmd === "" ? parts : [...parts, watchCommand];
    }

    return {
      async watch(watch) {
        const parts = watchParts();
        if (parts.length > 0) await watchTogether(parts, watch);
        else watch.ready();
      },

      async checkApply({ apply, signal }) {
        const { cmd, args, shell, cwd, donecmd, donecwd, doneshell, mtimes = [] } = params();
        memory ??= new Memory(vardir());
        const known = memory.load();
        const forced = mtimes.length > 0 && memory.outdatedBy(mtimes);
        if (!forced && (await heldBack(signal))) {
          sendOutputs(known, true);
          return true;
        }
        if (!apply) {
          sendOutputs(known, false);
          return false;
        }
        const text = cmd === "" ? name : cmd;
        log(`cmd: ${[text, ...(args ?? [])].join(" ")}`);
        const ended = await succeed({ label: "cmd", text, shell, cwd, args }, signal);
        log(ended.output === "" ? "cmd out empty!" : `cmd out:\n${excerpt(ended.output.trimEnd())}`);
        if (donecmd !== "") {
          await succeed({ label: "donecmd", text: donecmd, shell: doneshell, cwd: donecwd }, signal);
        }
        if (mtimes.length > 0) memory.stamp();
        if (!ended.complete) log(`cmd wrote more than ${maxOutput / 2 ** 20} MiB: its output is not kept`);
        const outputs = outputsAfter(known, ended);
        memory.save(outputs);
        sendOutputs(outputs, true);
        return false;
      },

      interrupt: () => runner.interrupt(),
    };
  },
});

/** A stream on which a run wrote nothing keeps what it had. */
function outputsAfter(known: Outputs, { output, stdout, stderr, complete }: Ended): Outputs {
  if (!complete) return { output: undefined, stdout: undefined, stderr: undefined };
  return { output: output || known.output, stdout: stdout || known.stdout, stderr: stderr || known.stderr };
}

const longestExcerpt = 16 * 1024;

/** The beginning of a text that may be too long to show. */
function excerpt(text: string): string {
  if (text.length <= longestExcerpt) return text;
  return `${text.slice(0, longestExcerpt)}… (${text.length - longestExcerpt} characters more)`;
}

function lastLine(text: string): string {
  const trimmed = text.trimEnd();
  return trimmed.slice(trimmed.lastIndexOf("\n") + 1);
}

/** After whatever provides its programs, its user and its group. */
function wantsOf(
  name: string,
  params: Readonly<Record<"cmd" | "watchcmd" | "ifcmd" | "nifcmd" | "donecmd", string>> &
    Readonly<
      Record<"shell" | "watchshell" | "ifshell" | "nifshell" | "doneshell" | "user" | "group", string>
    >,
): readonly Want[] {
  const { shell, watchshell, ifshell, nifshell, doneshell, user, group } = params;
  const commands = [
    [params.cmd === "" ? name : params.cmd, shell],
    [params.watchcmd, watchshell],
    [params.ifcmd, ifshell],
    [params.nifcmd, nifshell],
    [params.donecmd, doneshell],
  ] as const;
  const programs = commands
    .map(([text, commandShell]) => (text === "" ? undefined : commandShell || wordsOf(text)[0]))
    .filter((program) => program !== undefined);
  const identities: Identity[] = programs.flatMap((path): Identity[] => [`pkg-file:${path}`, `file:${path}`]);
  if (user !== "") identities.push(`user:${user}`);
  if (group !== "") identities.push(`group:${group}`);
  return [...new Set(identities)].map((identity) => ({ anyOf: [identity], order: "found-first" }));
}
