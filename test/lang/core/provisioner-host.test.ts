/** The machines of `embedded/provisioner`: classes `base:host` and `base:runner`. */
import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { linesOf } from "../corpus/case.ts";
import {
  base,
  type Config,
  field,
  host,
  ip,
  mac,
  namesOf,
  Provisioning,
  shapeOf,
  text,
} from "./provisioner/support.ts";

const provisioning = new Provisioning();
const known = { mac, ip };

describe("base:host", () => {
  test("of a MAC address has an address, menus and answers of its own", async () => {
    const alone = new Set(shapeOf(await provisioning.graphOf(base())));
    const graph = await provisioning.graphOf(base() + host(known));
    expect(shapeOf(graph).filter((line) => !alone.has(line))).toEqual([
      "dhcp:host[web1]",
      "file[/srv/p/kickstart/52:54:00:00:00:11.ks]",
      "file[/srv/p/kickstart/52:54:00:00:00:11.ks] -> http:server:file[/fedora/kickstart/52:54:00:00:00:11.ks]",
      "file[/srv/p/kickstart/] -> file[/srv/p/kickstart/52:54:00:00:00:11.ks]",
      "http:server:file[/52:54:00:00:00:11.ipxe]",
      "http:server:file[/fedora/kickstart/52:54:00:00:00:11.ks]",
      "http:server:flag[provisioner:web1:done]",
      "http:server:flag[provisioner:web1:done] -> kv[provisioner:web1:done]",
      "http:server:flag[provisioner:web1:done] -> value[provisioner:web1:done]",
      "http:server:flag[provisioner:web1:done].value -> kv[provisioner:web1:done].value",
      "http:server:flag[provisioner:web1:done].value -> value[provisioner:web1:done].any",
      "http:server:flag[provisioner:web1:sshkey]",
      "http:server:flag[provisioner:web1:sshkey] -> kv[provisioner:web1:sshkey]",
      "http:server:flag[provisioner:web1:sshkey] -> value[provisioner:web1:sshkey]",
      "http:server:flag[provisioner:web1:sshkey].value -> kv[provisioner:web1:sshkey].value",
      "http:server:flag[provisioner:web1:sshkey].value -> value[provisioner:web1:sshkey].any",
      "kv[provisioner:web1:done]",
      "kv[provisioner:web1:done] -> print[ready]",
      "kv[provisioner:web1:sshkey]",
      "kv[provisioner:web1:sshkey] -> print[ready]",
      "tftp:file[/fedora39-x86_64/grub.cfg-01-52-54-00-00-00-11]",
      "tftp:file[/pxelinux.cfg/01-52-54-00-00-00-11]",
      "value[provisioner:web1:done]",
      "value[provisioner:web1:done] -> print[ready]",
      "value[provisioner:web1:sshkey]",
      "value[provisioner:web1:sshkey] -> print[ready]",
    ]);
    expect(field(graph, "dhcp:host", "web1", "mac")).toBe(mac);
    expect(field(graph, "dhcp:host", "web1", "ip")).toBe(ip);
    expect(field(graph, "dhcp:host", "web1", "nbp")).toBe(
      '"tftp://192.168.42.1/fedora39-x86_64/shimx64.efi"',
    );
    const kickstart = "/srv/p/kickstart/52:54:00:00:00:11.ks";
    expect(field(graph, "http:server:file", "/fedora/kickstart/52:54:00:00:00:11.ks", "path")).toBe(
      `"${kickstart}"`,
    );
    expect(field(graph, "file", kickstart, "mode")).toBe('"0600"');
    for (const key of ["done", "sshkey"])
      expect([
        field(graph, "http:server:flag", `provisioner:web1:${key}`, "path"),
        field(graph, "http:server:flag", `provisioner:web1:${key}`, "key"),
      ]).toEqual(['"/action/done/mac=52:54:00:00:00:11"', `"${key}"`]);
  });

  test.each([
    ["tftp:file", "/pxelinux.cfg/01-52-54-00-00-00-11"],
    ["tftp:file", "/fedora39-x86_64/grub.cfg-01-52-54-00-00-00-11"],
    ["http:server:file", "/52:54:00:00:00:11.ipxe"],
  ])("its %s %s starts the installer with its answers", async (kind, name) => {
    const menu = text(await provisioning.graphOf(base() + host(known)), kind, name, "data");
    expect(menu).toContain(
      " ip=dhcp inst.stage2=http://192.168.42.1:4280/fedora/releases/39/Everything/x86_64/os/ " +
        "inst.ks=http://192.168.42.1:4280/fedora/kickstart/52:54:00:00:00:11.ks\n",
    );
  });

  test("without one is whichever machine asks", async () => {
    const graph = await provisioning.graphOf(base() + host({ bios: "true" }));
    expect(namesOf(graph, "dhcp:host")).toEqual([]);
    expect(field(graph, "dhcp:range", "web1", "network")).toBe('"192.168.42.0/24"');
    expect(field(graph, "dhcp:range", "web1", "skip")).toBe('["192.168.42.1"]');
    expect(field(graph, "dhcp:range", "web1", "nbp")).toBe('"tftp://192.168.42.1/pxelinux.0"');
    expect(namesOf(graph, "tftp:file")).toContain("/pxelinux.cfg/default");
    expect(namesOf(graph, "tftp:file")).toContain("/fedora39-x86_64/grub.cfg");
    expect(namesOf(graph, "http:server:file")).toContain("/default.ipxe");
    const kickstart = text(graph, "file", "/srv/p/kickstart/default.ks", "content");
    expect(kickstart).toContain("/action/done/mac=default'");
    expect(kickstart).not.toContain("--hostname");
  });

  test("is turned on when the servers are there", async () => {
    const graph = await provisioning.graphOf(
      base() + host({ ...known, bmc_uri: '"gofishs://admin:pw@bmc:443"' }),
    );
    const lines = linesOf(graph);
    const power = "bmc:power[gofishs://admin:pw@bmc:443]";
    expect(lines).toContain(`${power} Meta:poll=60 insecure_password=true state="on"`);
    for (const server of ["tftp:server[:69]", "dhcp:server[:67]", "http:server[:4280]"])
      expect(lines).toContain(`${server} -> ${power}`);
    expect(lines).toContain(`${power} -> print[ready]`);
  });

  test("that told of its end is provisioned, and others may let it in", async () => {
    const program = `${base() + host(known)}
      print "state" { msg => if $web1.provisioned { $web1.host_sshkey } else { "not yet" }, }\n`;
    const before = await provisioning.graphOf(program);
    expect(text(before, "print", "state", "msg")).toBe("not yet");
    expect(namesOf(before, "ssh:authorized_key")).toEqual([]);
    provisioning.world.values.set("provisioner:web1:done", "true");
    provisioning.world.values.set("provisioner:web1:sshkey", "ssh-ed25519 AAAA root@web1\n");
    const after = await provisioning.graphOf(program);
    expect(text(after, "print", "state", "msg")).toBe("ssh-ed25519 AAAA root@web1");
    expect(linesOf(after)).toContain(
      'ssh:authorized_key[provisioner:web1] Meta:export=["*"] Meta:hidden=true ' +
        'content="ssh-ed25519 AAAA root@web1" state="exists"',
    );
  });
});

describe("the answers for the installer", () => {
  const answers = async (config: Config): Promise<string> =>
    text(
      await provisioning.graphOf(base() + host({ ...known, ...config })),
      "file",
      "/srv/p/kickstart/52:54:00:00:00:11.ks",
      "content",
    );

  test("as a whole", async () => {
    const password = `$6$${"x".repeat(103)}`;
    expect(
      await answers({
        flavour: '"Workstation"',
        password: `"${password}"`,
        sshkey: '"ssh-ed25519 AAAA ada"',
        part: '"btrfs"',
        packages: '["vim-enhanced", "htop"]',
        handoff: '"svc"',
        handoff_svc_sshurl: '"ssh://etcd@h1:22"',
        handoff_svc_hostkey: '"AAAAkey"',
        handoff_hostname: '"www"',
      }),
    ).toBe(readFileSync(join(import.meta.dir, "provisioner", "workstation.ks"), "utf8"));
  });

  test("of nothing in particular", async () => {
    const kickstart = await answers({ luks: "false" });
    expect(kickstart).toContain("\nrootpw --lock\n");
    expect(kickstart).toContain("--hostname=web1\n");
    expect(kickstart).toContain("\nautopart --type=plain\n");
    expect(kickstart).toContain("\n%packages\n@core\n");
    for (const absent of ["sshkey --username", "cryptsetup", "setup svc", "handoff"])
      expect(kickstart).not.toContain(absent);
  });

  test("hand off to a command", async () => {
    expect(await answers({ handoff: '"exec"', handoff_exec: '"/usr/bin/touch /root/x"' })).toContain(
      "cat > /var/lib/mgmt/firstboot/handoff <<'HANDOFF'\n#!/bin/sh\n/usr/bin/touch /root/x\nHANDOFF\n",
    );
  });

  test.each([
    ["this program", {}, "/mgmt/deploy.tar.gz", "--hostname='web1' '/var/lib/mgmt/handoff/code/'"],
    [
      "a file",
      { handoff_code: '"/srv/site/web.mcl"' },
      "/mgmt/handoff/52:54:00:00:00:11/code.tar.gz",
      "--hostname='web1' '/var/lib/mgmt/handoff/code/web.mcl'",
    ],
    [
      "a directory with modules",
      { handoff_code: '"/srv/site/"', handoff_module_path: '"/srv/modules/"' },
      "/mgmt/handoff/52:54:00:00:00:11/modules.tar.gz",
      "--hostname='web1' --module-path=/var/lib/mgmt/handoff/modules/ '/var/lib/mgmt/handoff/code/'",
    ],
  ])("hand off to %s", async (_what, config, archive, command) => {
    const kickstart = await answers({ handoff: '"code"', ...config });
    expect(kickstart).toContain(`http://192.168.42.1:4280${archive} | tar -xz`);
    expect(kickstart).toContain(`exec /usr/local/bin/mgmt run --standalone --once ${command}\n`);
  });
});

describe("base:runner", () => {
  const program = `${base()}include base.runner(struct{sshkey => "ssh-ed25519 AAAA ada", sshid => "/root/id"})\n`;
  const entry = JSON.stringify({
    uid: "fedora39-x86_64",
    flavour: "Server",
    mac: "52:54:00:00:00:11",
    ip: "192.168.42.11/24",
    luks: false,
  });

  test("has nothing to do before there is a store to join, and a machine", async () => {
    const alone = shapeOf(await provisioning.graphOf(base()));
    await provisioning.world.hostStrings.set("provisioner", "web1", entry);
    expect(shapeOf(await provisioning.graphOf(program))).toEqual(alone);
  });

  test("installs the machines that the store has, until they are done", async () => {
    await provisioning.world.strings.set(
      "provisioner_etcd_server",
      JSON.stringify({ host: "h7", port: 2222, hostkey: "AAAAkey" }),
    );
    await provisioning.world.hostStrings.set("provisioner", "web1", entry);
    const graph = await provisioning.graphOf(program);
    expect(namesOf(graph, "dhcp:host")).toEqual(["web1"]);
    const kickstart = text(graph, "file", "/srv/p/kickstart/52:54:00:00:00:11.ks", "content");
    expect(kickstart).toContain("--ssh-url='ssh://etcd@h7:2222' --ssh-hostkey='AAAAkey'");
    expect(kickstart).toContain("sshid=/root/id\n");
    expect(kickstart).toContain("@^server-product-environment\n");
    expect(kickstart).not.toContain("--encrypted");
    expect(namesOf(graph, "kv")).not.toContain("provisioner/web1");

    provisioning.world.values.set("provisioner:web1:done", "true");
    expect(linesOf(await provisioning.graphOf(program))).toContain("kv[provisioner/web1]");
  });
});
