import { expect } from "bun:test";
import {
  existsSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { ServerError } from "../../../etcd/server/server-error.ts";
import { readState } from "../../../etcd/server/state-file.ts";
import { withEtcd } from "../../support/needs.ts";
import { call, get, put } from "../support/call.ts";
import { failureOf } from "../support/failure.ts";
import { ServerDirectory } from "../support/server-directory.ts";
import { SupervisorProcess } from "../support/supervisor-process.ts";

/** The error of a start that must fail. */
async function refusal(start: Promise<unknown>): Promise<ServerError> {
  const error: unknown = await start.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof ServerError) return error;
  throw new Error(`no ServerError, but ${error}`);
}

withEtcd()("a server starts, keeps what it is given, and starts again with it", async () => {
  await using directory = new ServerDirectory();
  const server = await directory.start();
  await put(server.clientSocket, "color", "blue");
  expect(readState(server.layout.state)).toMatchObject({
    mode: "member",
    etcdVersion: (await directory.program()).version,
    clusterId: expect.stringMatching(/^\d+$/),
  });
  expect(statSync(server.layout.run).mode & 0o777).toBe(0o700);
  expect(statSync(server.layout.data).mode & 0o777).toBe(0o700);
  await server.stop();
  expect(server.phase).toBe("stopped");
  expect(directory.processes()).toEqual([]);
  expect(readdirSync(server.layout.run)).toEqual([]);
  expect(directory.events.at(-1)).toEqual({ type: "stopped" });

  const again = await directory.start();
  expect(await get(again.clientSocket, "color")).toBe("blue");
});

withEtcd()("no port is opened unless one is asked for", async () => {
  await using directory = new ServerDirectory();
  const { pid } = await directory.start();
  const sockets = readdirSync(`/proc/${pid}/fd`).flatMap((fd) => linkOf(`/proc/${pid}/fd/${fd}`));
  const listening = ["tcp", "tcp6"].flatMap((protocol) =>
    readFileSync(`/proc/${pid}/net/${protocol}`, "utf8")
      .split("\n")
      .filter((line) => line.split(/\s+/)[4] === "0A" && sockets.includes(line.split(/\s+/)[10] ?? "")),
  );
  expect(listening).toEqual([]);
});

function linkOf(path: string): readonly string[] {
  try {
    return [/^socket:\[(\d+)\]$/.exec(readlinkSync(path))?.[1] ?? ""];
  } catch {
    return [];
  }
}

withEtcd()("an address that cannot be had is told, with what to do about it", async () => {
  await using directory = new ServerDirectory();
  using other = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
  const taken = `127.0.0.1:${other.port}`;
  expect(String(await failureOf(directory.start({ clients: { urls: [`http://${taken}`] } })))).toContain(
    `another program listens at ${taken}: end it, or choose another port`,
  );
  const foreign = "192.0.2.77:2379";
  expect(String(await failureOf(directory.start({ clients: { urls: [`http://${foreign}`] } })))).toContain(
    `${foreign} is no address of this machine`,
  );
});

withEtcd()("the signal stops the server", async () => {
  await using directory = new ServerDirectory();
  const ending = new AbortController();
  await directory.start({ signal: ending.signal });
  ending.abort();
  await directory.event("stopped");
  expect(directory.processes()).toEqual([]);
});

withEtcd()("a signal that fires during the start leaves nothing running", async () => {
  await using directory = new ServerDirectory();
  const ending = new AbortController();
  const start = directory.start({
    signal: ending.signal,
    onEvent: (event) => {
      if (event.type === "started") ending.abort(new Error("enough"));
    },
  });
  await expect(start).rejects.toThrow("enough");
  expect(directory.processes()).toEqual([]);
  await directory.start();
});

withEtcd()("a second supervisor of the same directory is refused", async () => {
  await using directory = new ServerDirectory();
  const server = await directory.start();
  const { code, message } = await refusal(directory.start());
  expect(code).toBe("locked");
  expect(message).toContain(`process ${process.pid}`);
  await put(server.clientSocket, "still", "there");
});

withEtcd()("a server that is killed comes back with its data", async () => {
  await using directory = new ServerDirectory();
  const server = await directory.start();
  await put(server.clientSocket, "color", "blue");
  kill(server.pid, "SIGKILL");
  expect((await directory.event("exited")).reason).toContain("SIGKILL");
  expect((await directory.event("restarting")).delayMs).toBe(10);
  const { pid } = await directory.event("ready", 2);
  expect(server.pid).toBe(pid);
  expect(await get(server.clientSocket, "color")).toBe("blue");
});

withEtcd()("a server that hangs is restarted", async () => {
  await using directory = new ServerDirectory();
  const server = await directory.start({ timings: { probe: 50, missesUntilRestart: 6, stop: 100 } });
  kill(server.pid, "SIGSTOP");
  await directory.event("unhealthy");
  await directory.event("hung");
  await directory.event("ready", 2);
  await put(server.clientSocket, "works", "again");
});

withEtcd()("a server that pauses is healthy again afterwards, and stays", async () => {
  await using directory = new ServerDirectory();
  const server = await directory.start({ timings: { probe: 50, missesUntilRestart: 10_000 } });
  const { pid } = server;
  kill(pid, "SIGSTOP");
  await directory.event("unhealthy");
  kill(pid, "SIGCONT");
  await directory.event("healthy");
  expect(server.pid).toBe(pid);
});

withEtcd()("a server that fails again and again is left alone", async () => {
  await using directory = new ServerDirectory();
  const server = await directory.start({ timings: { failures: 3 } });
  rmSync(join(server.layout.data, "member"), { recursive: true });
  writeFileSync(join(server.layout.data, "member"), "in the way");
  kill(server.pid, "SIGKILL");
  const { reason } = await directory.event("failed");
  expect(reason).toContain("failure 3 within 10 minutes");
  expect(server.phase).toBe("failed");
  expect(directory.processes()).toEqual([]);
});

withEtcd()("the server that a killed supervisor leaves behind is ended by the next one", async () => {
  await using directory = new ServerDirectory();
  // Without setpriv(1) in sight the server outlives its supervisor.
  await using supervisor = new SupervisorProcess(directory.path, await directory.program(), {
    searchPath: "/nonexistent",
  });
  const { pid: orphan } = await supervisor.event("ready");
  const socket = join(directory.path, "run", "client.sock:0");
  await put(socket, "color", "blue");
  await supervisor.kill();
  expect(directory.processes()).toEqual([Number(orphan)]);

  const server = await directory.start();
  expect(await directory.event("orphan-ended")).toEqual({ type: "orphan-ended", pid: Number(orphan) });
  expect(await get(server.clientSocket, "color")).toBe("blue");
});

withEtcd("setpriv")("a server ends with its supervisor, however that ends", async () => {
  await using directory = new ServerDirectory();
  await using supervisor = new SupervisorProcess(directory.path, await directory.program());
  const { pid } = await supervisor.event("ready");
  const server = Bun.spawn(["tail", "--pid", String(pid), "-f", "/dev/null"], {
    stdio: ["ignore", "ignore", "ignore"],
  });
  await supervisor.kill();
  await server.exited;
  expect(directory.processes()).toEqual([]);
  await directory.start();
});

withEtcd()("what is left when both are killed is cleared away", async () => {
  await using directory = new ServerDirectory();
  await using supervisor = new SupervisorProcess(directory.path, await directory.program(), {
    searchPath: "/nonexistent",
  });
  const { pid } = await supervisor.event("ready");
  await supervisor.kill();
  kill(Number(pid), "SIGKILL");
  expect(readdirSync(join(directory.path, "run")).sort()).toEqual(["client.sock:0", "peer.sock:0", "pid"]);
  await directory.start();
  expect(directory.events.filter(({ type }) => type !== "log").map(({ type }) => type)).toEqual([
    "started",
    "ready",
  ]);
});

withEtcd()("a port that is taken ends the start, and is named", async () => {
  await using directory = new ServerDirectory();
  using taken = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
  const { code, message } = await refusal(
    directory.start({ clients: { urls: [`http://127.0.0.1:${taken.port}`] } }),
  );
  expect(code).toBe("ended");
  expect(message).toContain(`127.0.0.1:${taken.port}`);
  expect(message).toContain("--client-urls");
  expect(directory.processes()).toEqual([]);
});

withEtcd()("a server that is not ready in time is ended", async () => {
  await using directory = new ServerDirectory();
  // There is no quorum without the other member.
  const [own, missing] = [peerUrl(), peerUrl()];
  const { code } = await refusal(
    directory.start({
      peers: { urls: [own] },
      cluster: { token: "test", state: "new", members: { one: [own], two: [missing] } },
      timings: { ready: 500 },
    }),
  );
  expect(code).toBe("not-ready");
  expect(directory.processes()).toEqual([]);
});

withEtcd()("data of a newer etcd are refused, and left as they are", async () => {
  await using directory = new ServerDirectory();
  const server = await directory.start();
  await server.stop();
  const state = readFileSync(server.layout.state, "utf8");
  writeFileSync(server.layout.state, state.replace(/"etcdVersion": "[^"]+"/, '"etcdVersion": "3.99.1"'));
  const { code, message } = await refusal(directory.start());
  expect(code).toBe("newer-data");
  expect(message).toContain("etcd 3.99.1");
  writeFileSync(server.layout.state, state);
  await directory.start();
});

withEtcd()("a torn state file is refused, and named", async () => {
  await using directory = new ServerDirectory();
  const path = join(directory.path, "state.json");
  writeFileSync(path, '{"format": 1, "clus');
  const { code, message } = await refusal(directory.start());
  expect(code).toBe("damaged-state");
  expect(message).toContain(path);
  rmSync(path);
  await directory.start();
});

withEtcd()("a path too long for a socket is refused", async () => {
  await using directory = new ServerDirectory();
  const { code, message } = await refusal(
    directory.start({ directory: join(directory.path, "x".repeat(100)) }),
  );
  expect(code).toBe("directory");
  expect(message).toContain("choose a shorter directory");
});

withEtcd()("a full store is made room in", async () => {
  await using directory = new ServerDirectory();
  const server = await directory.start({ quota: 2_000_000, timings: { probe: 50 } });
  const value = "x".repeat(100_000);
  let full = false;
  for (let round = 0; round < 200 && !full; round++) {
    full = await put(server.clientSocket, "again", value).then(
      () => false,
      () => true,
    );
  }
  expect(full).toBe(true);
  const { isCleared, message } = await directory.event("alarm");
  expect(message).toContain("of 2.0 MB");
  expect(isCleared).toBe(true);
  await put(server.clientSocket, "again", "y");
});

withEtcd()("a store that is full of what is needed says so", async () => {
  await using directory = new ServerDirectory();
  const server = await directory.start({ quota: 2_000_000, timings: { probe: 50 } });
  const value = "x".repeat(100_000);
  for (let round = 0, full = false; !full; round++) {
    full = await put(server.clientSocket, `key${round}`, value).then(
      () => false,
      () => true,
    );
  }
  const { isCleared, message } = await directory.event("alarm");
  expect(isCleared).toBe(false);
  expect(message).toContain("remove keys");
});

withEtcd()("a member with corrupt data is not started again", async () => {
  await using directory = new ServerDirectory();
  const server = await directory.start({ timings: { probe: 50 } });
  const memberID = readState(server.layout.state).memberId;
  await call(server.clientSocket, "maintenance/alarm", { action: "ACTIVATE", memberID, alarm: "CORRUPT" });
  await directory.event("alarm");
  kill(server.pid, "SIGKILL");
  expect((await directory.event("failed")).reason).toContain("corrupt");
});

withEtcd()("a server that does not end when it is asked to is killed", async () => {
  await using directory = new ServerDirectory();
  const server = await directory.start({ timings: { stop: 100 } });
  kill(server.pid, "SIGSTOP");
  await server.stop();
  expect(directory.processes()).toEqual([]);
});

withEtcd("openssl")("others reach it by certificate only", async () => {
  await using directory = new ServerDirectory();
  const certificate = certificateIn(directory.path);
  const { certFile, keyFile } = certificate;
  const url = peerUrl().replace("http:", "https:");
  await directory.start({ clients: { urls: [url], tls: { certFile, keyFile, trustedCaFile: certFile } } });
  const ca = readFileSync(certFile, "utf8");
  const known = await fetch(`${url}/version`, { tls: { ca, cert: ca, key: readFileSync(keyFile, "utf8") } });
  expect(await known.json()).toHaveProperty("etcdserver");
  await expect(fetch(`${url}/version`, { tls: { ca } })).rejects.toThrow();
});

/** A certificate that is its own authority. */
function certificateIn(folder: string): { readonly certFile: string; readonly keyFile: string } {
  const [certFile, keyFile] = [join(folder, "server.crt"), join(folder, "server.key")];
  const made = Bun.spawnSync(
    ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"].concat(
      ["-keyout", keyFile, "-out", certFile, "-subj", "/CN=test", "-days", "2"],
      ["-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"],
    ),
  );
  if (!made.success) throw new Error(made.stderr.toString());
  return { certFile, keyFile };
}

withEtcd()("a member that waits for the others after a restart is not ended", async () => {
  await using first = new ServerDirectory();
  await using second = new ServerDirectory();
  const [one, two] = [peerUrl(), peerUrl()];
  const cluster = { token: "test", state: "new", members: { one: [one], two: [two] } } as const;
  const startFirst = () => first.start({ peers: { urls: [one] }, cluster });
  const [firstServer, server] = await Promise.all([
    startFirst(),
    second.start({ name: "two", peers: { urls: [two] }, cluster, timings: { ready: 6_000 } }),
  ]);
  await firstServer.stop();
  kill(server.pid, "SIGKILL");
  await second.event("waiting");
  const { pid } = server;
  await startFirst();
  expect((await second.event("ready", 2)).pid).toBe(pid ?? 0);
});

withEtcd()("a member that the cluster removes leaves, and keeps its data aside", async () => {
  await using first = new ServerDirectory();
  await using second = new ServerDirectory();
  const [onePeer, twoPeer] = [peerUrl(), peerUrl()];
  const one = await first.start({ peers: { urls: [onePeer] } });
  const added = await call(one.clientSocket, "cluster/member/add", { peerURLs: [twoPeer] });
  const two = await second.start({
    name: "two",
    peers: { urls: [twoPeer] },
    cluster: { token: "test", state: "existing", members: { one: [onePeer], two: [twoPeer] } },
  });
  expect(added).toMatchObject({ member: { peerURLs: [twoPeer] } });
  const ID = readState(two.layout.state).memberId;
  // Right after a change the cluster takes no other one.
  for (let removed = false; !removed; ) {
    removed = await call(one.clientSocket, "cluster/member/remove", { ID }).then(
      () => true,
      (error: unknown) => {
        if (!String(error).includes("unhealthy cluster")) throw error;
        return false;
      },
    );
  }
  const { dataMovedTo } = await second.event("removed");
  expect(readdirSync(dataMovedTo)).toEqual(["member"]);
  expect(existsSync(two.layout.data)).toBe(false);
  expect(two.phase).toBe("removed");
  expect(readState(two.layout.state)).toMatchObject({ mode: "client", memberId: undefined });
  await put(one.clientSocket, "one", "goes on");
});

withEtcd()("a server that ends by itself is started again as long as the cluster has it", async () => {
  await using directory = new ServerDirectory();
  const { path, version } = await directory.program();
  const wrapper = join(directory.path, "wrapper");
  writeFileSync(wrapper, `#!/bin/sh\n${path} "$@" &\ntrap "kill $!" TERM\nwait $!\nexit 0\n`, {
    mode: 0o755,
  });
  const asked: string[] = [];
  const server = await directory.start({
    program: { path: wrapper, version },
    isMember: async (memberId) => asked.push(memberId) === 1,
  });
  const { memberId } = await directory.event("ready");
  const end = (): void => {
    for (const pid of directory.processes()) if (pid !== server.pid) kill(pid, "SIGTERM");
  };
  end();
  expect((await directory.event("exited")).reason).toContain("status 0");
  await directory.event("ready", 2);
  end();
  await directory.event("removed");
  expect(asked).toEqual([memberId, memberId]);
});

withEtcd()("the log is told, and what is said over and over is told once", async () => {
  await using directory = new ServerDirectory();
  const server = await directory.start({ peers: { urls: [peerUrl()] }, timings: { fold: 1_000_000 } });
  await call(server.clientSocket, "cluster/member/add", { peerURLs: [peerUrl()] });
  await directory.event("log", 2);
  await server.stop();
  const messages = directory.events.flatMap((event) => (event.type === "log" ? [event.message] : []));
  const topics = messages.filter((message) =>
    message.startsWith("prober detected unhealthy status: dial tcp"),
  );
  expect(topics.length).toBeGreaterThan(0);
  expect(topics.length).toBeLessThan(3);
  expect(messages.join()).not.toContain("simple token");
});

/** An address that is free at this moment. */
function peerUrl(): string {
  using listener = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
  return `http://127.0.0.1:${listener.port}`;
}

function kill(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) throw new Error("there is no server");
  process.kill(pid, signal);
}
