import { expect } from "bun:test";
import { chmodSync } from "node:fs";
import { join } from "node:path";
import { readSshSettings } from "../../../src/os/ssh/config.ts";
import { SshError } from "../../../src/os/ssh/error.ts";
import { failureOf } from "../../etcd/support/failure.ts";
import { withPrograms } from "../../support/needs.ts";
import { accessTo, SshHome } from "./support/ssh-host.ts";

const withSsh = withPrograms("ssh");

/** What ssh(1) makes of a configuration. */
function accordingToSsh(file: string, words: readonly string[]): Readonly<Record<string, string>> {
  const { success, stdout, stderr } = Bun.spawnSync(["ssh", "-F", file, "-G", ...words]);
  if (!success) throw new Error(stderr.toString());
  const lines = stdout.toString().trim().split("\n");
  return Object.fromEntries(lines.map((line) => [line.split(" ")[0], line.replace(/^\S+ /, "")]));
}

const configurations = [
  "Host web\n HostName web.example\n User ada\n Port 2222\n",
  "Host web*\n HostName %h.example\nHost *\n User joe\n Port 99\n",
  "Port 1\nHost web\n Port 2\nHost web\n User x\n User y\n",
  'Host="a b" web # not this\n\tHostName = "x.example"\n  Port=3\n',
  "Host * !web\n Port 5\nHost w?b !x\n Port 6\n",
  "host WEB\n hostname UP.example\nHost web\n hostname UP.example\nMatch host up.*\n Port 13\nMatch host UP.*\n Port 14\n",
  "Match host up.example\n Port 7\nHost web\n HostName up.example\nMatch host up.example user ada\n Port 8\n",
  "Match originalhost web\n User ada\nMatch user ada !host other\n Port 9\nMatch all\n HostKeyAlias alias\n",
  "Match !host web\n Port 10\nMatch host other,web\n IdentitiesOnly yes\n",
  "Match exec false\n Port 11\nMatch localuser nobody-at-all\n Port 12\n",
  "ProxyJump a@one:1,two\nHost web\n ProxyJump none\n",
  "Host web\n ProxyJump none\nHost *\n ProxyJump one\n",
];

withSsh("a configuration means what ssh(1) takes it for", async () => {
  using home = new SshHome();
  for (const text of configurations) {
    const file = home.write("config", text);
    for (const words of [["web"], ["other"], ["-p", "4", "joe@web"]]) {
      const theirs = accordingToSsh(file, words);
      const [, port, name = ""] = words.length === 3 ? words : ["", undefined, ...words];
      const { target } = accessTo(`${name}${port === undefined ? "" : `:${port}`}`);
      const ours = await readSshSettings(target, home.surroundings);
      expect(
        {
          hostname: ours.host,
          port: String(ours.port),
          user: ours.user === "root" ? theirs.user : ours.user,
          identitiesonly: ours.identitiesOnly ? "yes" : "no",
          ...(ours.hostKeyAlias !== undefined && { hostkeyalias: ours.hostKeyAlias }),
          ...(ours.jumps.length > 0 && { proxyjump: ours.jumps.join(",") }),
        },
        `${text} for ${words.join(" ")}`,
      ).toEqual({
        hostname: theirs.hostname ?? "",
        port: theirs.port ?? "",
        user: theirs.user,
        identitiesonly: theirs.identitiesonly ?? "",
        ...(theirs.hostkeyalias !== undefined && { hostkeyalias: theirs.hostkeyalias }),
        ...(theirs.proxyjump !== undefined && { proxyjump: theirs.proxyjump }),
      });
    }
  }
});

withSsh("nothing said is root, port 22, and the usual files", async () => {
  using home = new SshHome();
  expect(await readSshSettings(accessTo("web").target, home.surroundings)).toEqual({
    host: "web",
    port: 22,
    user: "root",
    hostKeyAlias: undefined,
    identityFiles: [],
    identitiesOnly: false,
    agentSocket: undefined,
    knownHostsFiles: [
      ...["known_hosts", "known_hosts2"].map((name) => home.at(`.ssh/${name}`)),
      ...["ssh_known_hosts", "ssh_known_hosts2"].map((name) => home.at(`etc/${name}`)),
    ],
    jumps: [],
  });
});

withSsh("paths, what they hold in signs, and files that are included", async () => {
  using home = new SshHome();
  home.agentSocket = "/agent";
  home.write("config", "Include conf.d/*.conf ~/.ssh/more\nHost web\n Include inner\n");
  home.write("conf.d/b.conf", "IdentityFile ~/b\nUserKnownHostsFile ~/k1 %d/k2\nPort 1\n");
  home.write("conf.d/a.conf", 'IdentityFile "%d/%n of %r"\nIdentityAgent ~/agent\n');
  home.write("conf.d/.hidden.conf", "Port 2\n");
  home.write("more", "Host other\n User no\n");
  home.write("inner", "User yes\nIdentityFile key\n");
  home.write("../etc/ssh_config", "GlobalKnownHostsFile /dev/null\nUser late\n");
  const settings = await readSshSettings(accessTo("web").target, home.surroundings);
  expect(settings).toMatchObject({
    user: "yes",
    port: 1,
    identityFiles: [home.at("web of yes"), home.at("b"), home.at(".ssh/key")],
    agentSocket: home.at("agent"),
    knownHostsFiles: [home.at("k1"), home.at("k2"), "/dev/null"],
  });
  expect(await readSshSettings(accessTo("joe@web:5").target, home.surroundings)).toMatchObject({
    user: "joe",
    port: 5,
  });
});

withSsh("what cannot be meant, or done, is said", async () => {
  using home = new SshHome();
  const cases: readonly (readonly [string, string])[] = [
    ["ProxyCommand nc %h %p", "ProxyCommand is not supported here; ProxyJump is"],
    ["RevokedHostKeys /x", "RevokedHostKeys is not supported"],
    ["Port 99999", "the Port must be 1 to 65535, not 99999"],
    ["HostName %z", "%z is not supported here"],
    ["IdentityFile $" + "{NO_SUCH}/x", "there is no environment variable NO_SUCH"],
    ['User "x', "is no configuration of ssh"],
    ["Host\nUser x", "Host has no value"],
    ["Include config", "include each other"],
    ["Include */x", "only the last part"],
  ];
  for (const [text, message] of cases) {
    home.write("config", text);
    const failure = await failureOf(readSshSettings(accessTo("web").target, home.surroundings));
    expect(failure, text).toBeInstanceOf(SshError);
    expect(String(failure)).toContain(message);
    expect(String(failure)).toContain(join(home.path, ".ssh/config"));
  }
  chmodSync(home.write("config", "Port 1"), 0o620);
  expect(String(await failureOf(readSshSettings(accessTo("web").target, home.surroundings)))).toContain(
    "chmod go-w",
  );
});
