/** The rules that parameters of an `exec` must follow among each other. */
import { constants } from "node:os";
import { accounts } from "../../os/accounts.ts";
import { explainError } from "../../os/errors.ts";
import { wordsOf } from "./command.ts";

export interface Checked {
  readonly cmd: string;
  readonly args?: readonly string[];
  readonly shell: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly sig: string;
  readonly watchfiles?: readonly string[];
  readonly creates: string;
  readonly mtimes?: readonly string[];
  readonly user: string;
  readonly group: string;
}

/** @returns what is wrong, or undefined */
export function validateExec(name: string, params: Checked): string | undefined {
  const { args, shell, env, sig, watchfiles = [], creates, mtimes = [], user, group } = params;
  const cmd = params.cmd === "" ? name : params.cmd;
  if (cmd.trim() === "") return "the Cmd can't be empty";
  if (args !== undefined && args.length > 0) {
    if (shell !== "") return "the Args param can't be used with a Shell";
    if (wordsOf(cmd).length > 1) return "the Args param can't be used when Cmd has args";
  }
  for (const variable of Object.keys(env ?? {})) {
    const flaw = variableFlaw(variable);
    if (flaw !== undefined) return `invalid variable name: ${flaw}`;
  }
  if (sig !== "" && signalOf(sig) === undefined) return invalidSignal(sig);
  const relative = (path: string): boolean => !path.startsWith("/");
  for (const path of watchfiles)
    if (relative(path)) return `the path (\`${path}\`) in WatchFiles must be absolute`;
  if (creates !== "" && relative(creates)) return "the Creates param must be an absolute path";
  for (const path of mtimes) if (relative(path)) return `the path (\`${path}\`) in Mtimes must be absolute`;
  return privilegeFlaw(user, group);
}

/** The signal of that name, in upper case with its SIG; undefined if there is none. */
export function signalOf(name: string): NodeJS.Signals | undefined {
  return signals.find((each) => each === name);
}

const signals = Object.keys(constants.signals).filter((name): name is NodeJS.Signals =>
  name.startsWith("SIG"),
);

function invalidSignal(sig: string): string {
  const upper = sig.toUpperCase();
  const meant = [upper, `SIG${upper}`].find((each) => signalOf(each) !== undefined);
  return `invalid Sig of: "${sig}"${meant === undefined ? "" : `, did you mean: "${meant}" ?`}`;
}

function variableFlaw(name: string): string | undefined {
  if (name === "") return "variable name cannot be an empty string";
  if (/^[0-9]/.test(name)) return "variable name cannot begin with number";
  return /^[A-Za-z0-9_]+$/.test(name) ? undefined : "invalid character in variable name";
}

/** Only root may become somebody else. */
function privilegeFlaw(user: string, group: string): string | undefined {
  if (process.geteuid?.() === 0) return undefined;
  try {
    if (user !== "" && accounts.resolveUser(user).uid !== process.geteuid?.()) {
      return "running as root is required if you want to use exec with a different user";
    }
  } catch (error) {
    return `error looking up uid for ${user}: ${explainError(error)}`;
  }
  try {
    if (group !== "" && accounts.resolveGroup(group).gid !== process.getegid?.()) {
      return "running as root is required if you want to use exec with a different group";
    }
  } catch (error) {
    return `error looking up gid for ${group}: ${explainError(error)}`;
  }
  return undefined;
}
