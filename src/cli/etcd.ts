/** `mgmt etcd ARGUMENTS...` and `mgmt etcdctl ARGUMENTS...`: go on as the programs of the store. */
import { hostname } from "node:os";
import { join } from "node:path";
import { processorVariables } from "../../etcd/processor-variables.ts";
import type { ProgramName } from "../../etcd/release.ts";
import { stage } from "../../etcd/stage.ts";
import { makePrefix } from "../agent/prefix.ts";
import { replaceFile } from "../os/atomic-file.ts";
import { tryLock } from "../os/lock.ts";
import { replaceProcess } from "../os/replace-process.ts";
import type { Command } from "./command.ts";

export const etcd: Command = handingOver("etcd");
export const etcdctl: Command = handingOver("etcdctl");

function handingOver(name: ProgramName): Command {
  return {
    handsOver: true,
    help: () => `Usage: mgmt ${name} [ARGUMENTS...]`,
    async run(args) {
      const { env } = process;
      const prefix = makePrefix({
        prefix: env.MGMT_PREFIX,
        temporary: false,
        allowTemporary: false,
        hostname: hostname(),
        environment: env,
      });
      const { PATH, XDG_RUNTIME_DIR } = env;
      const variable = `MGMT_${name.toUpperCase()}_BINARY`;
      const { path, remark } = await stage(name, {
        directory: join(prefix.path, "etcd", "bin"),
        files: { tryLock, replaceFile },
        override: env[variable],
        environment: { PATH, XDG_RUNTIME_DIR },
      }).catch((error: unknown) => {
        throw new Error(
          `${error instanceof Error ? error.message : error}; ${variable}=PATH names the one to use`,
        );
      });
      if (remark !== undefined) console.error(`mgmt: ${remark}`);
      return replaceProcess(path, [name, ...args], { ...processorVariables(), ...env });
    },
  };
}
