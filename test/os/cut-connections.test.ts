import { expect, test } from "bun:test";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { cutConnections } from "../../src/os/cut-connections.ts";
import { SystemError } from "../../src/os/errors.ts";

/** Another process, which listens at two ports. */
const program = `
  const listen = () => Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {}, open(socket) { socket.write("x"); } } }).port;
  console.log(listen() + " " + listen());
`;

async function connected(port: number): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => {});
  await once(socket, "data");
  return socket;
}

test("connections to a port of another process end, those to its other port do not", async () => {
  const listener = Bun.spawn([process.execPath, "-e", program], { stdout: "pipe" });
  try {
    const first = await listener.stdout.getReader().read();
    const [one = 0, other = 0] = new TextDecoder().decode(first.value).trim().split(" ").map(Number);
    const [a, b, c] = [await connected(one), await connected(one), await connected(other)];
    const ended = Promise.all([once(a, "close"), once(b, "close")]);
    a.resume();
    b.resume();
    expect(cutConnections(listener.pid, [one])).toBe(2);
    await ended;
    expect(c.destroyed).toBe(false);
    expect(cutConnections(listener.pid, [one])).toBe(0);
    // It still listens.
    (await connected(one)).destroy();
    c.destroy();
  } finally {
    listener.kill();
    await listener.exited;
  }
});

test("a process that is gone has none", () => {
  const { pid } = Bun.spawnSync(["true"]);
  try {
    expect(cutConnections(pid, [1])).toBe(0);
  } catch (error) {
    expect(error).toBeInstanceOf(SystemError);
  }
});
