import { join } from "node:path";
import { pathToFileURL } from "node:url";

const root = join(import.meta.dir, "..", "..", "..");
/** However busy the machine is, what has not been said by then is not going to be. */
const patienceMs = 20_000;
const header = "Content-Length: ";

/** How the server is started from its source, as editors do it with the executable. */
export const fromSource = [process.execPath, join(root, "src", "main.ts"), "lsp", "--stdio"];

/** What came from the server. */
interface Message {
  readonly id?: number | string;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string };
}

/** An editor, as far as a language server can tell; `await using` ends it and the server. */
export class Client implements AsyncDisposable {
  /** What the server says that no test asked about: it should be nothing. */
  stderr = "";
  readonly #process: Bun.Subprocess<"pipe", "pipe", "pipe">;
  readonly #waiting = new Map<number, (message: Message) => void>();
  readonly #diagnostics = new Map<string, unknown>();
  readonly #listeners = new Set<() => void>();
  readonly #closed: Promise<unknown>;
  #lastId = 0;
  #isOver = false;

  private constructor(command: readonly string[]) {
    this.#process = Bun.spawn([...command], { stdin: "pipe", stdout: "pipe", stderr: "pipe" });
    this.#closed = Promise.all([this.#read(), this.#readErrors()]);
  }

  /** Starts a server and introduces itself. */
  static async start({
    command = fromSource,
    capabilities = {},
  }: {
    command?: readonly string[];
    capabilities?: object;
  } = {}): Promise<Client> {
    const client = new Client(command);
    await client.request("initialize", { processId: process.pid, rootUri: null, capabilities });
    client.notify("initialized", {});
    return client;
  }

  /** @returns the result. @throws Error with the message of the server's refusal */
  async request(method: string, params: unknown): Promise<unknown> {
    const id = ++this.#lastId;
    const { promise, resolve } = Promise.withResolvers<Message>();
    this.#waiting.set(id, resolve);
    this.#send({ jsonrpc: "2.0", id, method, params });
    const { result, error } = await promise;
    if (error !== undefined) throw new Error(error.message);
    return result;
  }

  notify(method: string, params: unknown): void {
    this.#send({ jsonrpc: "2.0", method, params });
  }

  /** Sends bytes that need not be a message. */
  raw(text: string): void {
    this.#process.stdin.write(text);
    this.#process.stdin.flush();
  }

  /** Waits until the server has said this of a file. */
  async diagnostics<T>(path: string, isIt: (diagnostics: unknown) => T | undefined): Promise<T> {
    const uri = pathToFileURL(path).href;
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const look = (): void => {
      const now = this.#diagnostics.get(uri) ?? [];
      const found = isIt(now);
      if (found !== undefined) resolve(found);
      else if (this.#isOver) reject(new Error(`the server is gone: ${this.stderr}`));
    };
    const giveUp = setTimeout(() => {
      reject(new Error(`never said; the last was ${JSON.stringify(this.#diagnostics.get(uri))}`));
    }, patienceMs);
    this.#listeners.add(look);
    try {
      look();
      return await promise;
    } finally {
      this.#listeners.delete(look);
      clearTimeout(giveUp);
    }
  }

  /** The editor goes away without a word. */
  disconnect(): void {
    this.#process.stdin.end();
  }

  /** @returns the exit status */
  async ended(): Promise<number | null> {
    await this.#process.exited;
    await this.#closed;
    return this.#process.exitCode;
  }

  #send(message: object): void {
    const body = JSON.stringify(message);
    this.raw(`${header}${Buffer.byteLength(body)}\r\n\r\n${body}`);
  }

  async #read(): Promise<void> {
    let buffer = Buffer.alloc(0);
    for await (const chunk of this.#process.stdout) {
      buffer = Buffer.concat([buffer, chunk]);
      for (;;) {
        const end = buffer.indexOf("\r\n\r\n");
        if (end < 0) break;
        const length = Number(buffer.toString("ascii", header.length, end).split("\r\n")[0]);
        if (buffer.length < end + 4 + length) break;
        this.#take(JSON.parse(buffer.toString("utf8", end + 4, end + 4 + length)));
        buffer = buffer.subarray(end + 4 + length);
      }
    }
    this.#isOver = true;
    for (const resolve of this.#waiting.values())
      resolve({ error: { code: 0, message: `the server is gone: ${this.stderr}` } });
    this.#wake();
  }

  #take(message: Message): void {
    if (message.method === "textDocument/publishDiagnostics") {
      const { uri, diagnostics } = published(message.params);
      this.#diagnostics.set(uri, diagnostics);
      this.#wake();
    } else if (message.method !== undefined && message.id !== undefined) {
      this.#send({ jsonrpc: "2.0", id: message.id, result: null });
    } else if (typeof message.id === "number") {
      this.#waiting.get(message.id)?.(message);
      this.#waiting.delete(message.id);
    }
  }

  #wake(): void {
    for (const look of this.#listeners) look();
  }

  async #readErrors(): Promise<void> {
    this.stderr = await this.#process.stderr.text();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.kill("SIGKILL");
    await this.#process.exited;
  }
}

function published(params: unknown): { readonly uri: string; readonly diagnostics: unknown } {
  if (typeof params === "object" && params !== null && "uri" in params && "diagnostics" in params) {
    const { uri, diagnostics } = params;
    if (typeof uri === "string") return { uri, diagnostics };
  }
  throw new Error(`no diagnostics: ${JSON.stringify(params)}`);
}
