import { expect, setDefaultTimeout } from "bun:test";
import { chmodSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { connectSsh, type SshAccess, type SshConnection } from "../../../src/os/ssh/connection.ts";
import { SshError } from "../../../src/os/ssh/error.ts";
import { failureOf } from "../../etcd/support/failure.ts";
import { freePort } from "../../etcd/support/server.ts";
import { Agent, accessTo, me, SshHome, SshHost, timings, withSshd } from "./support/ssh-host.ts";
import { Wire } from "./support/wire.ts";

setDefaultTimeout(60_000);

const never = new AbortController().signal;

function connectFrom(home: SshHome, access: SshAccess): Promise<SshConnection> {
  return connectSsh(access, home.surroundings, timings, never);
}

/** Connects and lets go. */
async function canConnect(home: SshHome, access: SshAccess): Promise<void> {
  (await connectFrom(home, access)).close();
}

async function refusal(home: SshHome, access: SshAccess): Promise<SshError> {
  const failure = await failureOf(connectFrom(home, access));
  if (!(failure instanceof SshError)) throw failure;
  return failure;
}

/** A home that knows the host, and has a key that the host admits. */
function homeFor(host: SshHost): SshHome {
  const home = new SshHome();
  host.admit(home.makeKey("id_ed25519"));
  home.write("known_hosts", host.knownBy());
  return home;
}

withSshd("an address behind the host answers, both ways to the last byte", async () => {
  await using host = await SshHost.start();
  using home = homeFor(host);
  const port = await freePort();
  const echo = createServer({ allowHalfOpen: true }, (socket) => socket.pipe(socket));
  await new Promise<void>((resolve) => echo.listen(port, "127.0.0.1", resolve));
  const connection = await connectFrom(home, host.access());
  expect(connection.name).toBe(`${me}@${host.address}`);
  const channel = await connection.forward({ host: "127.0.0.1", port });
  const sent = Buffer.alloc(9_000_000, "0123456789");
  channel.end(sent);
  expect(Bun.hash(await new Response(channel).bytes())).toBe(Bun.hash(sent));

  echo.close();
  const refused = await failureOf(connection.forward({ host: "127.0.0.1", port: await freePort() }));
  expect(String(refused)).toBe("ForwardError: connection refused");
  connection.close();
  expect(connection.closed.aborted).toBe(true);
  expect(await failureOf(connection.forward({ host: "127.0.0.1", port }))).toBeInstanceOf(SshError);
});

withSshd("a connection outlives the change of its keys", async () => {
  await using host = await SshHost.start(["RekeyLimit 256K"]);
  using home = homeFor(host);
  const port = await freePort();
  const echo = createServer({ allowHalfOpen: true }, (socket) => socket.pipe(socket));
  await new Promise<void>((resolve) => echo.listen(port, "127.0.0.1", resolve));
  const connection = await connectFrom(home, host.access());
  const sent = Buffer.alloc(3_000_000, "0123456789");
  for (let round = 0; round < 3; round++) {
    const channel = await connection.forward({ host: "127.0.0.1", port });
    channel.end(sent);
    expect(Bun.hash(await new Response(channel).bytes())).toBe(Bun.hash(sent));
  }
  connection.close();
  echo.close();
});

withSshd("keys of all kinds let in, and only the key that is named is tried", async () => {
  await using host = await SshHost.start();
  using home = homeFor(host);
  for (const [name, ...options] of [
    ["ecdsa", "-t", "ecdsa"],
    ["rsa", "-t", "rsa", "-b", "2048"],
    ["pem", "-t", "rsa", "-b", "2048", "-m", "PEM"],
  ] as const) {
    const identityFile = home.makeKey(name, options);
    expect((await refusal(home, host.access({ identityFile }))).message).toBe(
      `${me}@${host.address} accepts none of the keys it was offered (${identityFile}); add a public key to the authorized_keys of ${me} there`,
    );
    host.admit(identityFile);
    await canConnect(home, host.access({ identityFile }));
  }
});

withSshd("a key that is named but cannot be used", async () => {
  await using host = await SshHost.start();
  using home = homeFor(host);
  const flawOf = async (identityFile: string) => {
    const { kind, message } = await refusal(home, host.access({ identityFile }));
    expect(kind).toBe("configuration");
    return message;
  };
  expect(await flawOf(home.makeKey("locked", ["-t", "ed25519"], "secret"))).toContain("needs a passphrase");
  expect(await flawOf(home.makeKey("pem", ["-t", "rsa", "-m", "PEM"], "secret"))).toContain(
    "needs a passphrase",
  );
  expect(await flawOf(home.makeKey("pkcs8", ["-t", "ecdsa", "-m", "PKCS8"]))).toContain(
    "in the form of OpenSSH or PEM",
  );
  const open = home.makeKey("open");
  chmodSync(open, 0o644);
  expect(await flawOf(open)).toBe(`the key ${open} is open to other users: chmod 600 it`);
  expect(await flawOf(home.at("missing"))).toContain("cannot be read: no such file or directory");
  expect(await flawOf(home.write("text", "text"))).toContain("is no private key");
  expect(await flawOf(`${open}.pub`)).toContain("is a public key");
  expect(await flawOf(home.path)).toContain("cannot be read: is a directory");
});

withSshd("without a name all keys of ~/.ssh are tried that can be", async () => {
  await using host = await SshHost.start();
  using home = new SshHome();
  home.write("known_hosts", host.knownBy());
  const none = await refusal(home, host.access());
  expect(none).toMatchObject({ kind: "configuration" });
  expect(none.message).toContain("there is no SSH agent (SSH_AUTH_SOCK is not set); there is no key in");
  home.makeKey("id_ed25519");
  home.makeKey("id_other", ["-t", "ed25519"], "secret");
  home.makeKey("other");
  const refused = await refusal(home, host.access());
  expect(refused).toMatchObject({ kind: "refused" });
  expect(refused.message).toContain(`it was offered (${home.at(".ssh/id_ed25519")})`);
  expect(refused.message).toContain(`${home.at(".ssh/id_other")} needs a passphrase`);
  host.admit(home.makeKey("id_last"));
  await canConnect(home, host.access());
  expect((await refusal(home, accessTo(`nobody-at-all@${host.address}`))).kind).toBe("refused");
});

withSshd("an agent lets in, with keys that have a passphrase too", async () => {
  await using host = await SshHost.start();
  using home = new SshHome();
  home.write("known_hosts", host.knownBy());
  const locked = home.makeKey("id_rsa", ["-t", "rsa", "-b", "2048"], "secret");
  host.admit(locked);
  await using agent = await Agent.start(home);
  expect((await refusal(home, host.access())).message).toContain("has no keys");
  agent.add(home.makeKey("elsewhere"));
  expect((await refusal(home, host.access())).message).toContain("(elsewhere of the agent)");
  agent.add(locked, "secret");
  await canConnect(home, host.access());

  home.write("config", `IdentitiesOnly yes\nIdentityFile ${home.makeKey("id_third")}\n`);
  expect((await refusal(home, host.access())).message).toContain(`(${home.at(".ssh/id_third")})`);
  home.write("config", "IdentitiesOnly yes\nIdentityFile ~/.ssh/id_rsa\n");
  await canConnect(home, host.access());
  home.write("config", "IdentityAgent none\n");
  expect((await refusal(home, host.access())).message).toContain("there is no SSH agent");
  rmSync(home.at(".ssh/config"));
  await agent[Symbol.asyncDispose]();
  rmSync(locked);
  expect((await refusal(home, host.access())).message).toContain("cannot be used: Failed to connect");
});

withSshd("more keys than the host looks at", async () => {
  await using host = await SshHost.start(["MaxAuthTries 2"]);
  using home = homeFor(host);
  for (const name of ["id_a", "id_b", "id_c"]) home.makeKey(name);
  rmSync(home.at(".ssh/id_ed25519"));
  const { kind, message } = await refusal(home, host.access());
  expect(kind).toBe("refused");
  expect(message).toContain("was offered more keys than it looks at; name one with --ssh-id");
});

withSshd("a host that takes no keys, or wants more than one", async () => {
  const refusalOf = async (...settings: readonly string[]) => {
    await using host = await SshHost.start(settings);
    using home = homeFor(host);
    const { kind, message } = await refusal(home, host.access());
    expect(kind).toBe("refused");
    return message;
  };
  const password = ["PasswordAuthentication yes", "PermitRootLogin yes"];
  expect(await refusalOf("PubkeyAuthentication no", ...password)).toContain(
    "lets in nobody by a key (password)",
  );
  expect(await refusalOf("AuthenticationMethods publickey,password", ...password)).toContain(
    "wants more than a key (password)",
  );
});

withSshd("a host with which no algorithm is shared", async () => {
  await using host = await SshHost.start(["KexAlgorithms sntrup761x25519-sha512@openssh.com"]);
  using home = homeFor(host);
  const { kind, message } = await refusal(home, host.access());
  expect(kind).toBe("refused");
  expect(message).toContain("have no algorithm in common: no matching key exchange algorithm");
});

withSshd("a host is let near only with the key that it is known by", async () => {
  await using host = await SshHost.start([], ["ed25519", "rsa"]);
  using home = homeFor(host);
  const refused = async (access = host.access()) => {
    const { kind, message } = await refusal(home, access);
    expect(kind).toBe("host-key");
    return message;
  };
  rmSync(home.at(".ssh/known_hosts"));
  const unknown = await refused();
  expect(unknown).toContain(`the key of [127.0.0.1]:${host.port} is unknown: it shows ssh-ed25519 SHA256:`);
  const [, line = "", file = ""] = /add the line `(.*)` to (\S+)$/.exec(unknown) ?? [];
  expect(line).toBe(host.knownBy().trim());
  expect(file).toBe(home.at(".ssh/known_hosts"));

  // Of several keys the host shows the one that is known.
  home.write("known_hosts", host.knownBy("rsa"));
  await canConnect(home, host.access());
  home.write("known_hosts", host.knownBy("rsa", "127.0.0.1"));
  await canConnect(home, host.access());
  home.write("known_hosts", "");
  home.write("../etc/ssh_known_hosts", host.knownBy());
  await canConnect(home, host.access());
  Bun.spawnSync(["ssh-keygen", "-q", "-H", "-f", home.at("etc/ssh_known_hosts")]);
  await canConnect(home, host.access());

  const before = host.hostKey();
  home.write("known_hosts", `@revoked ${host.knownBy("ed25519", "*")}`);
  expect(await refused()).toContain(`is REVOKED by ${home.at(".ssh/known_hosts")}:1`);
  home.write("known_hosts", `@cert-authority ${host.knownBy("ed25519", "*")}`);
  rmSync(home.at("etc/ssh_known_hosts"));
  expect(await refused()).toContain("by an authority for certificates, which is not supported here");

  home.write("known_hosts", `${host.knownBy()}`);
  await host.kill();
  host.makeHostKey("ed25519");
  await host.restart();
  const changed = await refused();
  expect(changed).toContain(`THE KEY OF [127.0.0.1]:${host.port} HAS CHANGED`);
  expect(changed).toContain(`is known from ${home.at(".ssh/known_hosts")}:1`);

  const [, now = ""] = host.hostKey().split(" ");
  const [, rsa = ""] = host.hostKey("rsa").split(" ");
  const [, old = ""] = before.split(" ");
  await canConnect(home, host.access({ hostKey: now }));
  await canConnect(home, host.access({ hostKey: rsa }));
  const pinned = accessTo(`${me}@${host.address}?hostkey=${rsa}`);
  await canConnect(home, pinned);
  await canConnect(home, { ...pinned, hostKey: now });
  expect(await refused({ ...pinned, hostKey: old })).toContain("not the given ssh-ed25519 SHA256:");
});

withSshd("the configuration of ssh(1) leads to a host, and through others", async () => {
  await using inner = await SshHost.start();
  await using outer = await SshHost.start();
  using home = new SshHome();
  const key = home.makeKey("odd-name");
  for (const host of [inner, outer]) host.admit(key);
  home.write("hosts", inner.knownBy("ed25519", "inner") + outer.knownBy());
  home.write(
    "config",
    `Host inner
 HostName 127.0.0.1
 Port ${inner.port}
 HostKeyAlias inner
 ProxyJump outer,middle
Host outer middle
 HostName localhost
 Port ${outer.port}
 HostKeyAlias [127.0.0.1]:${outer.port}
Host *
 User ${me}
 IdentityFile ~/.ssh/odd-name
 UserKnownHostsFile ~/.ssh/hosts
`,
  );
  await canConnect(home, accessTo("inner"));
  const wasThere = (host: SshHost) => host.log.match(/Accepted publickey/g)?.length;
  expect([wasThere(inner), wasThere(outer)]).toEqual([1, 2]);
  await outer.kill();
  expect((await refusal(home, accessTo("inner"))).message).toContain(
    `cannot reach ${me}@localhost:${outer.port} through SSH: connection refused`,
  );
  await outer.restart();
  await inner.kill();
  expect((await refusal(home, accessTo("inner"))).message).toBe(
    `${me}@localhost:${outer.port} cannot reach ${me}@127.0.0.1:${inner.port}: connection refused`,
  );
  home.write("config", "Host *\n ProxyJump a,b,c\nHost a\n ProxyJump d\n");
  expect((await refusal(home, accessTo("x"))).kind).toBe("configuration");
});

withSshd("a host that is silent, from the start or later, is given up", async () => {
  await using host = await SshHost.start();
  using home = homeFor(host);
  await using wire = await Wire.to(host.port);
  home.write("known_hosts", host.knownBy("ed25519", "*"));
  const connection = await connectFrom(home, accessTo(`${me}@127.0.0.1:${wire.port}`));
  const gone = new Promise((resolve) => connection.closed.addEventListener("abort", resolve));
  wire.silence();
  await gone;
  expect(String(connection.closed.reason)).toContain("is gone: it does not answer any more");
  const failure = await failureOf(
    connectSsh(
      accessTo(`${me}@127.0.0.1:${wire.port}`),
      home.surroundings,
      { ...timings, patience: 200 },
      never,
    ),
  );
  expect(String(failure)).toBe(
    `SshError: cannot reach ${me}@127.0.0.1:${wire.port} through SSH: it does not answer`,
  );
  wire.cut();
  expect((await refusal(home, accessTo(`${me}@127.0.0.1:${wire.port}`))).kind).toBe("unreachable");
});

withSshd("an attempt ends when it is told to", async () => {
  await using host = await SshHost.start();
  using home = homeFor(host);
  await using wire = await Wire.to(host.port);
  wire.silence();
  const ends = new AbortController();
  const attempt = connectSsh(
    accessTo(`${me}@127.0.0.1:${wire.port}`),
    home.surroundings,
    timings,
    ends.signal,
  );
  while (wire.connections === 0) await Bun.sleep(1);
  ends.abort(new Error("enough"));
  expect(String(await failureOf(attempt))).toBe("Error: enough");
});
