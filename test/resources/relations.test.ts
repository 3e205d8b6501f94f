/** How resources of the catalogue find each other: automatic edges and groups (engine specification, 5.1 and 5.2). */
import { describe, expect, test } from "bun:test";
import { homedir } from "node:os";
import { engineGraph } from "../../src/agent/engine-graph.ts";
import { edgesWithAutomatic } from "../../src/engine/autoedge.ts";
import { type EngineGraph, type PlannedNode, planGraph } from "../../src/engine/graph.ts";
import { Catalogue } from "../../src/resources/catalogue.ts";
import { describe as describeOutcome, firstGraph } from "../lang/programs.ts";

const kinds = new Catalogue();
await kinds.load(kinds.names);

async function graphOf(program: string): Promise<EngineGraph> {
  const outcome = await firstGraph(`${program}\n`);
  if (outcome.kind === "error") throw new Error(describeOutcome(outcome));
  return engineGraph(outcome.graph, kinds, new WeakMap());
}

async function edges(program: string): Promise<string> {
  const graph = await graphOf(program);
  const key = (index: number): string => {
    const resource = graph.resources[index];
    return `${resource?.kind}[${resource?.name}]`;
  };
  return edgesWithAutomatic(graph)
    .map(({ from, to }) => `${key(from)} -> ${key(to)}`)
    .sort()
    .join(", ");
}

const exists = 'state => "exists",';
const running = 'state => "running",';

describe("automatic edges", () => {
  const cases: readonly (readonly [what: string, program: string, expected: string])[] = [
    [
      "a file and its fragments, and the nearest directory above",
      `file "/a/" { ${exists} }
file "/a/b/" { ${exists} }
file "/a/b/c" { ${exists} fragments => ["/f1", "/d/"], }
file ["/f1", "/d/"] { ${exists} }`,
      "file[/a/] -> file[/a/b/], file[/a/b/] -> file[/a/b/c], file[/d/] -> file[/a/b/c], file[/f1] -> file[/a/b/c]",
    ],
    [
      "a service and the file of its unit",
      `svc "nginx" { ${running} }
file "/usr/lib/systemd/system/nginx.service" { ${exists} }`,
      "file[/usr/lib/systemd/system/nginx.service] -> svc[nginx]",
    ],
    [
      "a service and the first of two files of its unit",
      `svc "nginx" { ${running} }
file ["/etc/systemd/system/nginx.service", "/usr/lib/systemd/system/nginx.service"] { ${exists} }`,
      "file[/etc/systemd/system/nginx.service] -> svc[nginx]",
    ],
    [
      "a service of a user and the file of its unit",
      `svc "sync" { ${running} session => true, }
file ["${homedir()}/.config/systemd/user/sync.service", "/etc/systemd/system/sync.service"] { ${exists} }`,
      `file[${homedir()}/.config/systemd/user/sync.service] -> svc[sync]`,
    ],
    [
      "a service and the cron that triggers it",
      `svc ["backup", "other"] { startup => "disabled", }
cron "backup" { trigger => "OnCalendar", time => "daily", }
cron "weekly" { trigger => "OnCalendar", time => "weekly", unit => "other.service", }`,
      "svc[backup] -> cron[backup], svc[other] -> cron[weekly]",
    ],
    [
      "not a service and the cron of another session",
      `svc "backup" { startup => "disabled", }
cron "backup" { trigger => "OnCalendar", time => "daily", session => true, }`,
      "",
    ],
    [
      "a directory above the file of a timer comes after the timer, which owns no directory",
      `file "/etc/systemd/system/" { ${exists} }
cron "x" { trigger => "OnCalendar", time => "daily", }`,
      "",
    ],
    [
      "an exec and what it runs, and as whom",
      `exec "e" { cmd => "/opt/tool --now", ifcmd => "true", ifshell => "/opt/sh", user => "ada", group => "staff", }
file ["/opt/tool", "/opt/sh"] { ${exists} }
user "ada" { ${exists} }
group "staff" { ${exists} }`,
      "file[/opt/sh] -> exec[e], file[/opt/tool] -> exec[e], group[staff] -> exec[e], user[ada] -> exec[e]",
    ],
    [
      "a user and its groups",
      `user "ada" { ${exists} group => "staff", groups => ["docker", "wheel"], }
group ["staff", "docker", "other"] { ${exists} }`,
      "group[docker] -> user[ada], group[staff] -> user[ada]",
    ],
    [
      "a user and the group of an id",
      `user "ada" { ${exists} gid => 4000, }
group "staff" { ${exists} gid => 4000, }
group "other" { ${exists} gid => 4001, }
group "any" { ${exists} }`,
      "group[staff] -> user[ada]",
    ],
    [
      "a user that goes and its groups",
      `user "ada" { state => "absent", groups => ["docker"], }
group "docker" { state => "absent", }`,
      "user[ada] -> group[docker]",
    ],
    [
      "a container and its image, whatever the tag looks like",
      `docker:container "web" { image => "nginx", }
docker:container "old" { image => "nginx:latest", state => "removed", }
docker:image "nginx:latest" {}
docker:image "nginx:1.29" {}`,
      "docker:container[old] -> docker:image[nginx:latest], docker:image[nginx:latest] -> docker:container[web]",
    ],
    [
      "a file that is served and the file on disk",
      `http:server ":8080" {}
http:server:file "/motd" { path => "/srv/motd", }
http:server:file "/tree/" { path => "/srv/tree/", }
http:server:file "/text" { data => "x", }
file ["/srv/motd", "/srv/tree/", "/text"] { ${exists} }`,
      "file[/srv/motd] -> http:server:file[/motd], file[/srv/tree/] -> http:server:file[/tree/]",
    ],
    [
      "firmware and where it comes from",
      `fwupd:remote "lvfs" { enabled => true, }
file "/etc/fwupd/remotes.d/lvfs.conf" { ${exists} }
svc "fwupd" { ${running} }
fwupd:device "abc" { version => "1", }
fwupd:system "all" { state => "newest", }`,
      "file[/etc/fwupd/remotes.d/lvfs.conf] -> fwupd:remote[lvfs], fwupd:remote[lvfs] -> fwupd:device[abc], fwupd:remote[lvfs] -> fwupd:system[all], svc[fwupd] -> fwupd:remote[lvfs]",
    ],
    [
      "not those that take no part",
      `line "l" { file => "/etc/hosts", ${exists} content => "x", }
hostname "h" {}
file "/etc/hosts" { ${exists} }
sysctl "vm.swappiness" { value => "1", path => "/etc/sysctl.d/x.conf", }
file "/etc/sysctl.d/x.conf" { ${exists} }`,
      "",
    ],
  ];
  test.each(cases)("%s", async (_what, program, expected) => {
    expect(await edges(program)).toBe(expected);
  });
});

async function groups(program: string): Promise<string> {
  const named = ({ resource, members }: PlannedNode): string =>
    `${resource.kind}[${resource.name}]${members.length === 0 ? "" : `(${members.map(named).join(" ")})`}`;
  return planGraph(await graphOf(program))
    .nodes.map(named)
    .join(", ");
}

describe("groups", () => {
  const cases: readonly (readonly [what: string, program: string, expected: string])[] = [
    ["packages of one state", 'pkg ["a", "b", "c"] {}', "pkg[c](pkg[a] pkg[b])"],
    [
      "not packages of different states, nor of a version",
      'pkg ["a", "b"] {}\npkg "c" { state => "newest", }\npkg ["d", "e"] { state => "1.2", }',
      "pkg[b](pkg[a]), pkg[c], pkg[d], pkg[e]",
    ],
    ["not packages in an order", 'pkg "a" { Before => Pkg["b"], }\npkg "b" {}', "pkg[a], pkg[b]"],
    [
      "all that belongs to a server for HTTP",
      `http:server ":80" {}
http:server:file "/f" { data => "x", }
http:server:flag "/g" {}
http:server:proxy "/p/" {}
http:server:ui "/u/" {}
http:server:ui:input "i" {}`,
      "http:server[:80](http:server:file[/f] http:server:flag[/g] http:server:proxy[/p/] http:server:ui[/u/](http:server:ui:input[i]))",
    ],
    [
      "files with the server that they name, by its name",
      `http:server ["one", "two"] { address => ":80", }
http:server:file "/a" { server => "one", }
http:server:file "/b" { server => "two", }
http:server:file "/c" { server => ":80", }`,
      "http:server:file[/c], http:server[one](http:server:file[/a]), http:server[two](http:server:file[/b])",
    ],
    [
      "flags of one path",
      `http:server ":80" {}
http:server:flag ["a", "b"] { path => "/x", }
http:server:flag "c" { path => "/y", }`,
      "http:server[:80](http:server:flag[b](http:server:flag[a]) http:server:flag[c])",
    ],
    [
      "what a server for TFTP serves",
      'tftp:server ":69" {}\ntftp:file ["/a", "/b"] {}',
      "tftp:server[:69](tftp:file[/a] tftp:file[/b])",
    ],
    [
      "what a server for DHCP gives out",
      `dhcp:server ":67" { interface => "lo", }
dhcp:host "h" { mac => "0a:00:00:00:00:01", ip => "192.0.2.7/24", }
dhcp:range "192.0.2.0/24" { server => ":67", }`,
      "dhcp:server[:67](dhcp:host[h] dhcp:range[192.0.2.0/24])",
    ],
    [
      "what a network of libvirt gives out",
      `virt:network "lab" { mac => "52:54:00:aa:00:01", ip => "192.168.130.1/24", }
virt:network:host "h" { network => "lab", mac => "52:54:00:00:00:01", ip => "192.168.130.7/24", }
virt:network:range "r" { start => "192.168.130.100", end => "192.168.130.199", }`,
      "virt:network[lab](virt:network:host[h] virt:network:range[r])",
    ],
    [
      "not what an edge keeps apart",
      'http:server ":80" {}\nhttp:server:file "/f" { Depend => Http:Server[":80"], }',
      "http:server:file[/f], http:server[:80]",
    ],
    [
      "not kinds that work alone",
      'svc ["a", "b"] {}\nuser ["c", "d"] { state => "exists", }',
      "svc[a], svc[b], user[c], user[d]",
    ],
  ];
  test.each(cases)("%s", async (_what, program, expected) => {
    expect(await groups(program)).toBe(expected);
  });
});

describe("two of one name", () => {
  const cases: readonly (readonly [program: string, expected: string | RegExp])[] = [
    ['pkg "a" {}\npkg "a" { state => "newest", }', "pkg[a]"],
    ['pkg "a" { state => "newest", }\npkg "a" {}\npkg "a" {}', "pkg[a]"],
    [
      'pkg "a" {}\npkg "a" { state => "uninstalled", }',
      /duplicate resource `pkg\[a\]`, declared differently: state differs in an incompatible way: installed vs uninstalled/,
    ],
    [
      'pkg "a" {}\npkg "a" { state => "newest", allownonfree => true, }',
      /declared differently: `allownonfree` is false, then true/,
    ],
    ['pkg "a" {}\npkg "a" { state => "newest", Meta:noop => true, }', /declared differently/],
    ['svc "a" { state => "running", }\nsvc "a" { state => "running", session => false, }', "svc[a]"],
    [
      'svc "a" { state => "running", }\nsvc "a" { state => "stopped", }',
      /`svc\[a\]`, declared differently: `state` is "running", then "stopped"/,
    ],
    [
      'user "a" { state => "exists", groups => ["x", "y"], }\nuser "a" { state => "exists", groups => ["y", "x"], }',
      "user[a]",
    ],
    [
      'user "a" { state => "exists", groups => [], }\nuser "a" { state => "exists", }',
      /groups differs: \[\] vs unset/,
    ],
    [
      'net "e" { addrs => ["192.0.2.1/24", "192.0.2.2/24"], }\nnet "e" { addrs => ["192.0.2.2/24", "192.0.2.1/24"], }',
      "net[e]",
    ],
    [
      'docker:container "c" { image => "i", env => ["A=1", "B=2"], }\ndocker:container "c" { image => "i", env => ["B=2", "A=1"], }',
      "docker:container[c]",
    ],
    [
      'dhcp:server ":67" { interface => "lo", leasetime => "10m", }\ndhcp:server ":67" { interface => "lo", }',
      "dhcp:server[:67]",
    ],
    [
      'dhcp:server ":67" { interface => "lo", leasetime => "", }\ndhcp:server ":67" { interface => "lo", }',
      /leasetime differs/,
    ],
    [
      'mount "/m" { state => "absent", }\nmount "/m" { state => "absent", options => {"defaults" => ""}, }',
      "mount[/m]",
    ],
    [
      'mount "/m" { state => "absent", }\nmount "/m" { state => "absent", options => {"ro" => "", "commit" => "5"}, }',
      /options differs: \["defaults"\] vs \["commit=5", "ro"\]/,
    ],
    ['remote "r" { remote => "ssh://h", }\nremote "r" { remote => "root@h:22", }', "remote[r]"],
    ['remote "r" { remote => "h", }\nremote "r" { remote => "h:2222", }', /remote differs: h vs h:2222/],
  ];
  test.each(cases)("%s", async (program, expected) => {
    const described = describeOutcome(await firstGraph(`${program}\n`));
    if (typeof expected === "string") expect(described).toBe(expected);
    else expect(described).toMatch(expected);
  });

  test("packages that are to be installed and newest are newest, in whatever order", async () => {
    for (const states of [
      ["installed", "newest"],
      ["newest", "installed"],
    ]) {
      const program = states.map((state) => `pkg "a" { state => "${state}", }\n`).join("");
      const { resources } = await graphOf(program);
      expect(resources.map(({ fields }) => fields.get("state"))).toEqual(["newest"]);
    }
  });
});
