import { join } from "node:path";
import { errorCode, explainError } from "../../os/errors.ts";
import { SocketPath } from "../../os/socket-path.ts";
import { readMessage, type StatusMessage } from "./message.ts";
import { protocolVersion, type StatusRequest, socketName } from "./request.ts";

/** Milliseconds that an agent has for its first answer. */
const patience = 5_000;

/**
 * Asks the agent that works in a directory what it is doing.
 * @param prefix absolute
 * @param onMessage called with each answer, in order: once for `status`, until the agent ends for `watch`
 * @returns resolves when there will be no more
 * @throws Error naming the directory, the cause and the cure
 */
export async function askAgent(
  prefix: string,
  request: Omit<StatusRequest, "version">,
  onMessage: (message: StatusMessage) => void,
): Promise<void> {
  const ended = Promise.withResolvers<void>();
  const giveUp = setTimeout(() => {
    ended.reject(
      new Error(`the agent in ${prefix} does not answer within ${patience / 1000} s; its log may tell why`),
    );
  }, patience);
  let answered = false;
  const lines = new Lines((line) => {
    clearTimeout(giveUp);
    answered = true;
    onMessage(readMessage(line));
  });
  const socket = await connect(prefix, {
    data: (_, bytes) => {
      try {
        lines.push(bytes);
      } catch (error) {
        ended.reject(error);
      }
    },
    close: () => {
      if (answered) ended.resolve();
      else ended.reject(new Error(`the agent in ${prefix} has ended before it answered`));
    },
  }).catch((error: unknown) => {
    clearTimeout(giveUp);
    throw error;
  });
  try {
    socket.write(`${JSON.stringify({ version: protocolVersion, ...request })}\n`);
    await ended.promise;
  } finally {
    clearTimeout(giveUp);
    socket.terminate();
  }
}

async function connect(
  prefix: string,
  handler: Bun.SocketHandler<undefined>,
): Promise<Bun.Socket<undefined>> {
  try {
    using short = new SocketPath(join(prefix, socketName));
    return await Bun.connect({ unix: short.path, socket: handler });
  } catch (error) {
    throw new Error(whyNot(prefix, error));
  }
}

function whyNot(prefix: string, error: unknown): string {
  switch (errorCode(error)) {
    case "ENOENT":
    case "ENOTDIR":
    case "ECONNREFUSED":
      return `no agent works in ${prefix}; start it with \`mgmt run\`, or name the directory of the one you mean with --prefix`;
    case "EACCES":
    case "EPERM":
      return `the agent in ${prefix} tells nothing to other users; ask as the user that it runs as, or name another directory with --prefix`;
    default:
      return `cannot ask the agent in ${prefix}: ${explainError(error)}`;
  }
}

/** Puts together lines of any length, of which chunks of bytes are the pieces. */
class Lines {
  #pieces: Uint8Array[] = [];

  constructor(readonly onLine: (line: string) => void) {}

  push(bytes: Uint8Array): void {
    let start = 0;
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, start)) {
      const line = Buffer.concat([...this.#pieces, bytes.subarray(start, end)]).toString();
      this.#pieces = [];
      start = end + 1;
      this.onLine(line);
    }
    // A copy: what is called back with is used again.
    if (start < bytes.length) this.#pieces.push(bytes.slice(start));
  }
}
