/** Module `embedded/provisioner`: what its classes share, and what they refuse. */
import { describe, expect, test } from "bun:test";
import { engineGraph } from "../../../src/agent/engine-graph.ts";
import { planGraph } from "../../../src/engine/graph.ts";
import { Catalogue } from "../../../src/resources/catalogue.ts";
import {
  base,
  field,
  host,
  ip,
  mac,
  namesOf,
  Provisioning,
  repo,
  shapeOf,
  text,
} from "./provisioner/support.ts";

const provisioning = new Provisioning();

test("what the command was told is under the same name", async () => {
  const graph = await provisioning.graphOf(
    'import "embedded/provisioner"\nprint "told" { msg => provisioner.cli_distro() + "!", }\n',
  );
  expect(text(graph, "print", "told", "msg")).toBe("!");
});

describe("base", () => {
  test("builds servers, and what they serve whomever they meet", async () => {
    const graph = await provisioning.graphOf(base());
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
    const graph = await provisioning.graphOf(
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
    const graph = await provisioning.graphOf(base({ interface: '""' }), {
      MGMT_PROVISIONER_INTERFACE: "eth7",
      MGMT_PROVISIONER_NETWORK: "10.0.0.0/8",
      MGMT_PROVISIONER_ROUTER: "10.0.0.1/8",
    });
    expect(namesOf(graph, "net")).toEqual(["eth7"]);
    expect(field(graph, "net", "eth7", "addrs")).toBe('["10.0.0.1/8"]');
  });

  test("without a network leaves addresses to others", async () => {
    const graph = await provisioning.graphOf(
      base({ network: '""', router: '"10.0.0.5/24"' }) + host({ mac }),
    );
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
    const graph = await provisioning.graphOf(
      base() + repo() + host({ mac, ip, ...handoff, bmc_uri: '"gofishs://admin:pw@bmc:443"' }),
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
    const graph = await provisioning.graphOf(
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
    const graph = await provisioning.graphOf(
      `${base() + repo()}include base.repo(struct{version => "40", arch => "aarch64"}) as other\n`,
    );
    expect(namesOf(graph, "http:server:proxy")).toEqual([]);
    const releases = "/fedora/releases/40/Everything/aarch64/os/";
    expect(field(graph, "http:server:file", releases, "path")).toBe(`"/srv/p${releases}"`);
    expect(field(graph, "exec", "loaders fedora40-aarch64", "env")).toContain(`"file:///srv/p${releases}"`);
    expect(namesOf(graph, "tftp:file")).toContain("/fedora40-aarch64/shimaa64.efi");
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
    const outcome = await provisioning.outcomeOf(program);
    expect(outcome.kind === "error" ? outcome.diagnostics[0]?.message : "a graph").toContain(message);
  });

  test("no prefix", async () => {
    const outcome = await provisioning.outcomeOf(
      'import "embedded/provisioner"\ninclude provisioner.base(struct{interface => "eth1"}) as base\n',
    );
    expect(outcome.kind === "error" ? outcome.diagnostics[0]?.message : "a graph").toContain("prefix");
  });
});
