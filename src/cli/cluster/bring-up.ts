import { layoutOf } from "../../../etcd/server/layout.ts";
import { readState, type State } from "../../../etcd/server/state-file.ts";
import { createLog } from "../../agent/log.ts";
import { lockPrefix, makePrefix } from "../../agent/prefix.ts";
import type { NodeChoice } from "../../agent/store/node-choice.ts";
import { nodeDirectories } from "../../agent/store/node-directories.ts";
import { openNode } from "../../agent/store/open-node.ts";
import type { Arguments } from "../arguments.ts";

/**
 * Brings up a node until it belongs to its cluster, and ends it in order.
 * @param check is shown what the node remembers, before anything is done
 * @returns what the node remembers from then on, and the working directory, if another than the standard one was given
 */
export async function bringUp(
  given: Arguments,
  hostname: string,
  choice: NodeChoice,
  check: (state: State) => void,
): Promise<{ readonly state: State; readonly prefix: string | undefined }> {
  const log = await createLog({ format: "text", level: "warn" });
  const prefix = makePrefix({
    prefix: given.text("prefix"),
    temporary: false,
    allowTemporary: false,
    hostname,
    environment: process.env,
  });
  const unlock = lockPrefix(prefix.path);
  const ending = new AbortController();
  const stop = (): void => ending.abort(new Error("stopped"));
  process.once("SIGINT", stop).once("SIGTERM", stop);
  try {
    const path = layoutOf(nodeDirectories(prefix.path).directory).state;
    check(readState(path));
    const node = await openNode(choice, {
      hostname,
      prefix: prefix.path,
      log,
      environment: process.env,
      signal: ending.signal,
      isPassive: true,
    });
    await node.close();
    return { state: readState(path), prefix: given.text("prefix") };
  } finally {
    process.off("SIGINT", stop).off("SIGTERM", stop);
    unlock();
  }
}
