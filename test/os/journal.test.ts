import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sendToJournal } from "../../src/os/journal.ts";
import { JournalReceiver, readEntry } from "./journal-receiver.ts";

let directory: string;
let socket: string;
const never = new AbortController().signal;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "mgmt-journal-"));
  socket = join(directory, "socket");
});

afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

describe("an entry", () => {
  test("byte for byte", async () => {
    using receiver = new JournalReceiver(socket);
    await sendToJournal(
      [
        ["PRIORITY", "6"],
        ["MESSAGE", "a=b"],
        ["LINES", "1\n2"],
        ["RAW", "\udcff"],
      ],
      never,
      socket,
    );
    expect(receiver.receive()).toEqual({
      bytes: Buffer.from("PRIORITY=6\nMESSAGE=a=b\nLINES\n\x03\0\0\0\0\0\0\x001\n2\nRAW=\xff\n", "latin1"),
      seals: undefined,
    });
    expect(receiver.receive()).toBeUndefined();
  });

  test("that is too large for a datagram comes as a sealed file", async () => {
    using receiver = new JournalReceiver(socket);
    const fields = [
      ["MESSAGE", "x".repeat(3_000_000)],
      ["LINES", "a\n".repeat(100_000)],
    ] as const;
    await sendToJournal(fields, never, socket);
    const entry = receiver.receive();
    expect(entry?.seals).toBe(0xf);
    expect(readEntry(entry?.bytes ?? Buffer.alloc(0))).toEqual([...fields]);
  });

  test("is taken once a queue that is full has room again, in order", async () => {
    using receiver = new JournalReceiver(socket);
    const gone = new AbortController();
    let sent = 0;
    const sending = (async () => {
      for (; sent < 100; sent++) await sendToJournal([["MESSAGE", String(sent)]], gone.signal, socket);
    })();
    // The queue holds some ten entries.
    const received: string[] = [];
    while (received.length < 100) {
      await new Promise((resolve) => setImmediate(resolve));
      for (let entry = receiver.receive(); entry !== undefined; entry = receiver.receive())
        received.push(entry.bytes.toString());
    }
    await sending;
    expect(received).toEqual(Array.from({ length: 100 }, (_, index) => `MESSAGE=${index}\n`));
  });

  test("waiting for room ends with the signal", async () => {
    using _receiver = new JournalReceiver(socket);
    const stop = new AbortController();
    const fill = async (): Promise<never> => {
      for (;;) await sendToJournal([["MESSAGE", "x"]], stop.signal, socket);
    };
    setImmediate(() => stop.abort(new Error("given up")));
    await expect(fill()).rejects.toThrow("given up");
  });
});

describe("without a journal", () => {
  test("nothing at the path", async () => {
    await expect(sendToJournal([["MESSAGE", "x"]], never, socket)).rejects.toThrow(
      `could not write to the journal at ${socket}: journald is not running`,
    );
  });

  test("nobody listens any more", async () => {
    new JournalReceiver(socket)[Symbol.dispose]();
    await expect(sendToJournal([["MESSAGE", "x"]], never, socket)).rejects.toThrow("journald is not running");
  });

  test("a path that is too long for a socket", async () => {
    await expect(sendToJournal([], never, `/${"x".repeat(107)}`)).rejects.toThrow("file name too long");
  });
});

test("no descriptor is left open", async () => {
  using _receiver = new JournalReceiver(socket);
  const before = readdirSync("/proc/self/fd").length;
  await sendToJournal([["MESSAGE", "x".repeat(1_000_000)]], never, socket);
  await sendToJournal([["MESSAGE", "x"]], never, socket);
  await sendToJournal([["MESSAGE", "x"]], never, `${socket}-none`).catch(() => undefined);
  expect(readdirSync("/proc/self/fd").length).toBe(before);
});
