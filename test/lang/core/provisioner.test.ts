/** The classes of `embedded/provisioner`: what they build, of what they are told. */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ResourceGraph } from "../../../lang/output/resource-graph.ts";
import { print } from "../../../lang/value.ts";
import { engineGraph } from "../../../src/agent/engine-graph.ts";
import { createHost } from "../../../src/agent/host.ts";
import { planGraph } from "../../../src/engine/graph.ts";
import { Catalogue } from "../../../src/resources/catalogue.ts";
import { localWorld } from "../../../src/world/local.ts";
import type { World } from "../../../src/world/world.ts";
import { linesOf } from "../corpus/case.ts";
import { firstGraph } from "../programs.ts";

let prefix: string;
let world: World;
let ends: AbortController;

beforeEach(() => {
  prefix = mkdtempSync(join(tmpdir(), "mgmt-provisioner-"));
  world = localWorld(prefix);
  ends = new AbortController();
});
afterEach(() => {
  ends.abort();
  rmSync(prefix, { recursive: true });
});

type Config = Readonly<Record<string, string>>;

/** A struct of expressions. */
const struct = (config: Config): string =>
  `struct{${Object.entries(config)
    .map(([field, value]) => `${field} => ${value}`)
    .join(", ")}}`;

const base = (config: Config = {}): string =>
  `import "embedded/provisioner"
  include provisioner.base(${struct({ prefix: '"/srv/p/"', interface: '"eth1"', ...config })}) as base
  `;
const repo = (config: Config = {}): string => `include base.repo(${struct(config)}) as repo\n`;
const host = (config: Config = {}): string =>
  `include base.host("web1", ${struct({ repo: '"fedora39-x86_64"', ...config })}) as web1\n`;

const mac = '"52:54:00:00:00:11"';
const ip = '"192.168.42.11/24"';
const known = { mac, ip };

async function outcomeOf(program: string, environment: Config = {}) {
  return firstGraph(
    program,
    {},
    {
      host: () => ({
        ...createHost({ hostname: "h1", log: () => {}, signal: ends.signal, prefix, world }),
        environment: new Map(Object.entries(environment)),
      }),
    },
  );
}

async function graphOf(program: string, environment?: Config): Promise<ResourceGraph> {
  const outcome = await outcomeOf(program, environment);
  if (outcome.kind === "error") throw new Error(outcome.diagnostics.map((each) => each.message).join("\n"));
  return outcome.graph;
}

/** A field of a resource, as programs write it; empty if it is unset. */
function field(graph: ResourceGraph, kind: string, name: string, of: string): string {
  const found = graph.resources.find((each) => each.kind === kind && each.name === name);
  if (found === undefined) throw new Error(`there is no ${kind}[${name}]`);
  const value = found.fields.get(of);
  return value === undefined ? "" : print(value);
}

function text(graph: ResourceGraph, kind: string, name: string, of: string): string {
  const value = graph.resources.find((each) => each.kind === kind && each.name === name)?.fields.get(of);
  if (typeof value !== "string") throw new Error(`${kind}[${name}] has no text ${of}`);
  return value;
}

const namesOf = ({ resources }: ResourceGraph, kind: string): readonly string[] =>
  resources
    .filter((each) => each.kind === kind)
    .map(({ name }) => name)
    .sort();

/** Its vertices without fields, and its edges, as `mgmt graph` tells of them. */
const shapeOf = (graph: ResourceGraph): readonly string[] =>
  linesOf(graph)
    .map((line) => (line.includes("] -> ") ? line : line.replace(/\] .*$/s, "]")))
    .toSorted();

test("what the command was told is under the same name", async () => {
  const graph = await graphOf(
    'import "embedded/provisioner"\nprint "told" { msg => provisioner.cli_distro() + "!", }\n',
  );
  expect(text(graph, "print", "told", "msg")).toBe("!");
});

describe("base", () => {
  test("builds servers, and what they serve whomever they meet", async () => {
    const graph = await graphOf(base());
    expect(shapeOf(graph)).toEqual([
      "deploy:tar[/srv/p/deploy.tar]",
      "deploy:tar[/srv/p/deploy.tar] -> gzip[/srv/p/deploy.tar.gz]",
      "dhcp:server[:67]",
      "dhcp:server[:67] -> print[ready]",
      "exec[download /srv/p/ipxe.efi]",
      "exec[download /srv/p/ipxe.efi] -> http:server:file[/ipxe.efi]",
      "exec[download /srv/p/ipxe.efi] -> tftp:file[/ipxe.efi]",
      "exec[download /srv/p/ipxe.iso]",
      "exec[download /srv/p/ipxe.iso] -> http:server:file[/ipxe.iso]",
      "exec[download /srv/p/ipxe.iso] -> tftp:file[/ipxe.iso]",
      "file[/srv/p/]",
      "file[/srv/p/] -> deploy:tar[/srv/p/deploy.tar]",
      "file[/srv/p/] -> exec[download /srv/p/ipxe.efi]",
      "file[/srv/p/] -> exec[download /srv/p/ipxe.iso]",
      "file[/srv/p/] -> file[/srv/p/kickstart/]",
      "file[/srv/p/kickstart/]",
      "file[/srv/p/kickstart/] -> print[ready]",
      "firewalld[provisioner]",
      "firewalld[provisioner] -> print[ready]",
      "gzip[/srv/p/deploy.tar.gz]",
      "gzip[/srv/p/deploy.tar.gz] -> http:server:file[/mgmt/deploy.tar.gz]",
      "http:server:file[/autoexec.ipxe]",
      "http:server:file[/ipxe.efi]",
      "http:server:file[/ipxe.iso]",
      "http:server:file[/mgmt/binary]",
      "http:server:file[/mgmt/deploy.tar.gz]",
      "http:server[:4280]",
      "http:server[:4280] -> print[ready]",
      "net[eth1]",
      "net[eth1] -> dhcp:server[:67]",
      "net[eth1] -> http:server[:4280]",
      "net[eth1] -> tftp:server[:69]",
      "pkg[syslinux]",
      "pkg[syslinux] -> tftp:file[/ldlinux.c32]",
      "pkg[syslinux] -> tftp:file[/libcom32.c32]",
      "pkg[syslinux] -> tftp:file[/libutil.c32]",
      "pkg[syslinux] -> tftp:file[/menu.c32]",
      "pkg[syslinux] -> tftp:file[/pxelinux.0]",
      "print[ready]",
      "tftp:file[/autoexec.ipxe]",
      "tftp:file[/ipxe.efi]",
      "tftp:file[/ipxe.iso]",
      "tftp:file[/ldlinux.c32]",
      "tftp:file[/libcom32.c32]",
      "tftp:file[/libutil.c32]",
      "tftp:file[/menu.c32]",
      "tftp:file[/pxelinux.0]",
      "tftp:server[:69]",
      "tftp:server[:69] -> print[ready]",
    ]);
    expect(field(graph, "net", "eth1", "addrs")).toBe('["192.168.42.1/24"]');
    expect(field(graph, "dhcp:server", ":67", "dns")).toBe('["8.8.8.8", "1.1.1.1"]');
    expect(field(graph, "dhcp:server", ":67", "routers")).toBe('["192.168.42.1"]');
    expect(field(graph, "dhcp:server", ":67", "leasetime")).toBe('"10m"');
    expect(field(graph, "tftp:server", ":69", "timeout")).toBe("60");
    expect(field(graph, "firewalld", "provisioner", "services")).toBe('["tftp", "dhcp"]');
    expect(field(graph, "firewalld", "provisioner", "ports")).toBe('["4280/tcp"]');
    expect(text(graph, "tftp:file", "/autoexec.ipxe", "data")).toBe(
      `#!ipxe
# Whoever has booted iPXE goes on with the script for its network card, or else with that for any machine.
dhcp
chain http://192.168.42.1:4280/\${netX/mac}.ipxe || chain http://192.168.42.1:4280/default.ipxe
`,
    );
  });

  test("does as it is told", async () => {
    const graph = await graphOf(
      base({
        http_port: "8080",
        network: '"10.0.0.0/8"',
        router: '"10.1.2.3/8"',
        dns: '["10.0.0.53"]',
        firewalld: "false",
        ipxe_iso: '""',
        ipxe_efi_x86_64: '"http://m/ipxe.efi"',
      }),
    );
    expect(namesOf(graph, "http:server")).toEqual([":8080"]);
    expect(field(graph, "net", "eth1", "addrs")).toBe('["10.1.2.3/8"]');
    expect(field(graph, "dhcp:server", ":67", "dns")).toBe('["10.0.0.53"]');
    expect(namesOf(graph, "firewalld")).toEqual([]);
    expect(namesOf(graph, "exec")).toEqual(["download /srv/p/ipxe.efi"]);
    expect(field(graph, "exec", "download /srv/p/ipxe.efi", "env")).toContain('"URL": "http://m/ipxe.efi"');
  });

  test("takes the network from the environment", async () => {
    const graph = await graphOf(base({ interface: '""' }), {
      MGMT_PROVISIONER_INTERFACE: "eth7",
      MGMT_PROVISIONER_NETWORK: "10.0.0.0/8",
      MGMT_PROVISIONER_ROUTER: "10.0.0.1/8",
    });
    expect(namesOf(graph, "net")).toEqual(["eth7"]);
    expect(field(graph, "net", "eth7", "addrs")).toBe('["10.0.0.1/8"]');
  });

  test("without a network leaves addresses to others", async () => {
    const graph = await graphOf(base({ network: '""', router: '"10.0.0.5/24"' }) + host({ mac }));
    for (const kind of ["net", "dhcp:server", "dhcp:host", "dhcp:range"])
      expect(namesOf(graph, kind)).toEqual([]);
    expect(field(graph, "firewalld", "provisioner", "services")).toBe('["tftp"]');
    expect(text(graph, "http:server:file", "/52:54:00:00:00:11.ipxe", "data")).toContain(
      "http://10.0.0.5:4280/",
    );
  });

  test("is ready when all else is done, whatever is in the graph", async () => {
    const handoff = {
      handoff: '"code"',
      handoff_code: '"/srv/site/"',
      handoff_module_path: '"/srv/modules/"',
    };
    const graph = await graphOf(
      base() + repo() + host({ ...known, ...handoff, bmc_uri: '"gofishs://admin:pw@bmc:443"' }),
    );
    const kinds = new Catalogue();
    await kinds.load(kinds.names);
    const { nodes, edges } = planGraph(engineGraph(graph, kinds, new WeakMap()));
    const before = new Set([nodes.findIndex(({ key }) => key === "print[ready]")]);
    for (const to of before) for (const edge of edges) if (edge.to === to) before.add(edge.from);
    expect(nodes.filter((_, index) => !before.has(index)).map(({ key }) => key)).toEqual([]);
  });
});

describe("base:repo", () => {
  test("gives its uid, and takes what is missing from the mirror", async () => {
    const graph = await graphOf(
      `${base() + repo({ mirror: '"https://m/linux/"' })}print "uid" { msg => $repo.uid, }\n`,
    );
    expect(text(graph, "print", "uid", "msg")).toBe("fedora39-x86_64");
    const releases = "/fedora/releases/39/Everything/x86_64/os/";
    const updates = "/fedora/updates/39/Everything/x86_64/";
    expect(namesOf(graph, "http:server:proxy")).toEqual([releases, updates]);
    expect(field(graph, "http:server:proxy", releases, "sub")).toBe('"/fedora/"');
    expect(field(graph, "http:server:proxy", releases, "head")).toBe('"https://m/linux/"');
    expect(field(graph, "http:server:proxy", releases, "cache")).toBe(`"/srv/p${releases}"`);
    for (const kind of ["tftp:file", "http:server:file"])
      expect(namesOf(graph, kind).filter((name) => name.startsWith("/fedora39-x86_64/"))).toEqual([
        "/fedora39-x86_64/grubx64.efi",
        "/fedora39-x86_64/initrd.img",
        "/fedora39-x86_64/shimx64.efi",
        "/fedora39-x86_64/vmlinuz",
      ]);
    expect(field(graph, "exec", "download /srv/p/fedora39-x86_64/vmlinuz", "env")).toContain(
      '"https://m/linux/releases/39/Everything/x86_64/os/images/pxeboot/vmlinuz"',
    );
    expect(field(graph, "exec", "loaders fedora39-x86_64", "creates")).toBe(
      '"/srv/p/fedora39-x86_64/boot/efi/EFI/fedora/shimx64.efi"',
    );
  });

  test("without a mirror serves a local tree; there may be several", async () => {
    const graph = await graphOf(
      `${base() + repo()}include base.repo(struct{version => "40", arch => "aarch64"}) as other\n`,
    );
    expect(namesOf(graph, "http:server:proxy")).toEqual([]);
    const releases = "/fedora/releases/40/Everything/aarch64/os/";
    expect(field(graph, "http:server:file", releases, "path")).toBe(`"/srv/p${releases}"`);
    expect(field(graph, "exec", "loaders fedora40-aarch64", "env")).toContain(`"file:///srv/p${releases}"`);
    expect(namesOf(graph, "tftp:file")).toContain("/fedora40-aarch64/shimaa64.efi");
  });
});

describe("base:host", () => {
  test("of a MAC address has an address, menus and answers of its own", async () => {
    const alone = new Set(shapeOf(await graphOf(base())));
    const graph = await graphOf(base() + host(known));
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
    const menu = text(await graphOf(base() + host(known)), kind, name, "data");
    expect(menu).toContain(
      " ip=dhcp inst.stage2=http://192.168.42.1:4280/fedora/releases/39/Everything/x86_64/os/ " +
        "inst.ks=http://192.168.42.1:4280/fedora/kickstart/52:54:00:00:00:11.ks\n",
    );
  });

  test("without one is whichever machine asks", async () => {
    const graph = await graphOf(base() + host({ bios: "true" }));
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
    const graph = await graphOf(base() + host({ ...known, bmc_uri: '"gofishs://admin:pw@bmc:443"' }));
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
    const before = await graphOf(program);
    expect(text(before, "print", "state", "msg")).toBe("not yet");
    expect(namesOf(before, "ssh:authorized_key")).toEqual([]);
    world.values.set("provisioner:web1:done", "true");
    world.values.set("provisioner:web1:sshkey", "ssh-ed25519 AAAA root@web1\n");
    const after = await graphOf(program);
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
      await graphOf(base() + host({ ...known, ...config })),
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
    const alone = shapeOf(await graphOf(base()));
    await world.hostStrings.set("provisioner", "web1", entry);
    expect(shapeOf(await graphOf(program))).toEqual(alone);
  });

  test("installs the machines that the store has, until they are done", async () => {
    await world.strings.set(
      "provisioner_etcd_server",
      JSON.stringify({ host: "h7", port: 2222, hostkey: "AAAAkey" }),
    );
    await world.hostStrings.set("provisioner", "web1", entry);
    const graph = await graphOf(program);
    expect(namesOf(graph, "dhcp:host")).toEqual(["web1"]);
    const kickstart = text(graph, "file", "/srv/p/kickstart/52:54:00:00:00:11.ks", "content");
    expect(kickstart).toContain("--ssh-url='ssh://etcd@h7:2222' --ssh-hostkey='AAAAkey'");
    expect(kickstart).toContain("sshid=/root/id\n");
    expect(kickstart).toContain("@^server-product-environment\n");
    expect(kickstart).not.toContain("--encrypted");
    expect(namesOf(graph, "kv")).not.toContain("provisioner/web1");

    world.values.set("provisioner:web1:done", "true");
    expect(linesOf(await graphOf(program))).toContain("kv[provisioner/web1]");
  });
});

describe("what cannot be done is refused", () => {
  test.each([
    ["a relative prefix", base({ prefix: '"p/"' }), "the prefix must be absolute"],
    ["a prefix without a slash at its end", base({ prefix: '"/p"' }), "the prefix must be absolute"],
    ["a router elsewhere", base({ router: '"10.0.0.1/24"' }), "the router must be inside of the network"],
    ["another distro", base() + repo({ distro: '"debian"' }), "the distro must be fedora"],
    ["no version", base() + repo({ version: '""' }), "the version of the distro is missing"],
    ["another arch", base() + repo({ arch: '"mips"' }), "the arch must be"],
    ["a mirror that is no directory", base() + repo({ mirror: '"https://m"' }), "the mirror must end"],
    ["a repo without an arch", base() + host({ repo: '"fedora39"' }), "the repo of host web1 must be"],
    ["a repo without a version", base() + host({ repo: '"fedora-x86_64"' }), "the repo of host web1 must be"],
    ["a mac in another form", base() + host({ mac: '"52-54-00-00-00-11"', ip }), "the mac of host web1"],
    ["a mac without an ip", base() + host({ mac }), "the host web1 has a mac, and needs an ip"],
    [
      "a password in plain text",
      base() + host({ password: '"secret"' }),
      "the password of host web1 must be",
    ],
    ["another layout", base() + host({ part: '"zfs"' }), "the part of host web1 must be"],
    ["another handoff", base() + host({ handoff: '"ssh"' }), "the handoff of host web1 must be"],
    ["no command", base() + host({ handoff: '"exec"' }), "needs handoff_exec"],
    [
      "relative code",
      base() + host({ handoff_code: '"x.mcl"' }),
      "the handoff_code of host web1 must be absolute",
    ],
    [
      "relative modules",
      base() + host({ handoff_module_path: '"m/"' }),
      "the handoff_module_path of host web1",
    ],
    ["half a service", base() + host({ handoff_svc_sshurl: '"ssh://h"' }), "needs both handoff_svc_sshurl"],
  ])("%s", async (_what, program, message) => {
    const outcome = await outcomeOf(program);
    expect(outcome.kind === "error" ? outcome.diagnostics[0]?.message : "a graph").toContain(message);
  });

  test("no prefix", async () => {
    const outcome = await outcomeOf(
      'import "embedded/provisioner"\ninclude provisioner.base(struct{interface => "eth1"}) as base\n',
    );
    expect(outcome.kind === "error" ? outcome.diagnostics[0]?.message : "a graph").toContain("prefix");
  });
});
