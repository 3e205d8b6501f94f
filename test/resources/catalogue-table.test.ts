/**
 * Every kind of the resource catalogue (resources-system, resources-services), as the catalogue has it: parameters in
 * order, with the type, `?` where unset differs from the zero value, and a default other than zero. Behind `|`: R for
 * refreshable, V for receiving, and what it sends.
 */
import { expect, test } from "bun:test";
import { printType } from "../../lang/types/type.ts";
import { print, type Value } from "../../lang/value.ts";
import { Catalogue } from "../../src/resources/catalogue.ts";
import type { Kind } from "../../src/resources/define.ts";

const table = `
augeas: file str, lens str, sets []struct{path str; value str}
cron: unit str, state str="exists", startup str="enabled", session bool, trigger str, time str, accuracysec str, randomizeddelaysec str, persistent bool, wakesystem bool, remainafterelapse bool=true, description str? | R V
deploy:tar: path str, format int
exec: cmd str, args []str, cwd str, shell str, env map{str: str}, sig str, watchcmd str, watchcwd str, watchshell str, watchfiles []str, ifcmd str, ifcwd str, ifshell str, ifequals str?, ifequals_stdout str?, nifcmd str, nifcwd str, nifshell str, creates str, mtimes []str, donecmd str, donecwd str, doneshell str, user str, group str, send_output str?, send_stdout str?, send_stderr str? | output stdout stderr
exit: code int(uint8)
file: path str, dirname str, basename str, state str, content str?, source str, fragments []str, owner str, group str, mode str, recurse bool, force bool, purge bool, symlink bool, selinux str? | V
group: state str, gid int(uint32)?
gzip: path str, input str?, content str, level int=-1
hostname: hostname str, pretty_hostname str?, static_hostname str?, transient_hostname str?
json:edit: store str, edits []str
line: file str, state str, content str, trim bool
mount: state str, device str, type str, options map{str: str}, freq int, passno int
msg: body str, priority str, fields map{str: str}, journal bool, syslog bool | R
net: state str, addrs []str, gateway str, ip_forward bool?
noop: comment str | R
nspawn: state str="running" | R
password: length int(uint16)=64, saved bool, check_recovery bool | R password
pkg: state str="installed", allowdowngrade bool, allowuntrusted bool, allownonfree bool, allowunsupported bool
print: msg str, refresh_only bool | R V
ssh:authorized_key: state str, file str, user str, content str, options []str, type str, key str, comment str, mkdir bool=true
svc: state str, startup str, session bool | R
sysctl: value str, runtime bool=true, persist bool=true, path str
tar: path str, inputs []str, format int
timer: interval int(uint32) | R
user: state str, uid int(uint32)?, gid int(uint32)?, group str?, groups []str, homedir str?, shell str?, allowduplicateuid bool
value: any variant? | V any
http:server: address str, timeout int(uint64)?, read_timeout int(uint64)?, write_timeout int(uint64)?, shutdown_timeout int(uint64)?, root str
http:server:file: server str, filename str, path str, data str, longpoll bool | V
http:server:flag: server str, path str, key str | value
http:server:proxy: server str, path str, sub str, head str, cache str
http:server:ui: server str, path str, data struct{title str; head str}?
http:server:ui:input: path str, id str, value str, store str, type str, sort str | value
http:client: file str, method str, url str, body str?, mtime_check bool=true, sha256 str, longpoll bool, longpoll_redirect bool, longpoll_conditional bool | R content
tftp:server: address str, timeout int(uint64)=5, root str
tftp:file: server str, filename str, path str, data str
dhcp:server: address str, interface str, serverid str?, leasetime str?, dns []str, routers []str, nbp str
dhcp:host: server str, mac str, ip str, nbp str, nbp_path str
dhcp:range: server str, network str, from str, to str, mask str, skip []str, persist bool, nbp str, nbp_path str
remote: remote str, hostname str, state str="running", ssh_id str?, hostkey str, interactive bool, interactive_timeout int(uint64), max_password_tries int, allow_cleartext_password bool, caching bool=true, transient bool=true, tunnelled bool=true, tunnel_addr str="127.0.0.1:2379", install_deps bool, converger_timeout int?
docker:container: state str="running", image str, cmd []str, env []str, ports map{str: map{int: int}}, apiversion str, force bool
docker:image: state str="exists", apiversion str
virt: uri str, state str, startup str, transient bool, cpus int(uint64), maxcpus int(uint64)=32, hotcpus bool=true, memory int(uint64), osinit str, boot []str, disk []struct{source str; type str}, cdrom []struct{source str; type str}, network []struct{name str; mac str}, filesystem []struct{access str; source str; target str; read_only bool}, auth struct{username str; password str}?, restartondiverge str="error", restartonrefresh bool | R
virt:builder: output str, os_version str, arch str, hostname str, format str, size int, packages []str, update bool=true, selinux_relabel bool=true, no_setup bool, ssh_keys []struct{user str; type str; key str; comment str}, root_ssh_inject bool=true, root_password_selector str="disabled", bootstrap bool=true, seeds []str, mkdir []str, copy_in []struct{path str; dest str}, run_cmd []str, firstboot_cmd []str, log_output bool=true, tweaks bool=true
virt:network: uri str, state str, transient bool, startup str, uuid str, device str="virbr0", mode str="nat", mac str, ip str, purge_hosts bool, purge_ranges bool, auth struct{username str; password str}?
virt:network:host: network str, hostname str, mac str, ip str
virt:network:range: network str, start str, end str
firewalld: zone str, state str, services []str, ports []str
gsettings: schema str, key str, type str, value variant?, user str, group str
consul:kv: key str, value str, scheme str, address str, token str
fwupd:remote: enabled bool?, refresh_age str
fwupd:device: device str, version str, allow_downgrade bool
fwupd:system: state str, exclude []str
fwattr: driver str, key str, value str, check bool=true, strict bool, skip bool
bmc:power: hostname str, port int(uint16), username str, password str, insecure_password bool, driver str, state str
bmc:firmware: hostname str, port int(uint16), username str, password str, insecure_password bool, provider str, file str, hash str, version str, block str
hetzner:vm: apitoken str, state str, allowrebuild str, servertype str, datacenter str, image str, userdata str, serverrescuemode str, serverrescuekeys []str, waitinterval int(uint32)=5, waittimeout int(uint32)=300
aws:ec2: state str, region str, type str, imageid str, watchendpoint str, watchlistenaddr str, erroronmalformedpost bool, userdata str
`;

const constants: Readonly<Record<string, string>> = {
  "firewalld.state.exists": '"exists"',
  "firewalld.state.absent": '"absent"',
  "firewalld.state.undefined": '""',
  "net.state.up": '"up"',
  "net.state.down": '"down"',
  "net.state.undefined": '""',
  "tar.format.unknown": "0",
  "tar.format.ustar": "2",
  "tar.format.pax": "4",
  "tar.format.gnu": "8",
  "gzip.level.no_compression": "0",
  "gzip.level.best_speed": "1",
  "gzip.level.best_compression": "9",
  "gzip.level.default_compression": "-1",
  "gzip.level.huffman_only": "-2",
  "file.state.exists": '"exists"',
  "file.state.absent": '"absent"',
  "file.state.undefined": '""',
  "kv.skipcmpstyle.int": "0",
  "kv.skipcmpstyle.string": "1",
  "schedule.strategy.rr": '"rr"',
  "schedule.strategy.alpha": '"alpha"',
  "schedule.strategy.least": '"least"',
};

const kinds = new Catalogue();
await kinds.load(kinds.names);

const rows = table
  .trim()
  .split("\n")
  .map((row) => [row.slice(0, row.indexOf(": ")), row] as const);

test.each(rows)("%s", (name, row) => {
  const kind = kinds.get(name);
  if (kind === undefined) throw new Error(`there is no kind ${name}`);
  expect(summarize(kind).split(/, | \| /)).toEqual(row.split(/, | \| /));
});

test("constants", () => {
  const found = Object.keys(constants).map((name) => {
    const [kind = "", parameter = "", constant = ""] = name.split(".");
    const value = kinds.constant(kind, parameter, constant);
    return [name, value === undefined ? "nothing" : print(value)];
  });
  expect(Object.fromEntries(found)).toEqual(constants);
  const count = kinds.names
    .flatMap((name) => Object.values(kinds.get(name)?.constants ?? {}))
    .reduce((sum, values) => sum + Object.keys(values ?? {}).length, 0);
  expect(count).toBe(Object.keys(constants).length);
});

/** A kind in the notation of the table. */
function summarize({ kind, parameters, refreshable, receives, sends }: Kind): string {
  const described = parameters.map(({ name, type, range, optional, default: standard }) => {
    const isNarrow = range !== undefined && range.native !== "int64";
    const text = type.kind === "variant" ? "variant" : printType(type);
    const width = isNarrow ? `(${range.native})` : "";
    return `${name} ${text}${width}${optional ? "?" : ""}${shown(standard)}`;
  });
  const traits = [...(refreshable ? ["R"] : []), ...(receives ? ["V"] : []), ...(sends?.keys() ?? [])];
  const behind = traits.length === 0 ? "" : ` | ${traits.join(" ")}`;
  return `${kind}: ${described.join(", ")}${behind}`;
}

function shown(value: Value | undefined): string {
  const isZero = value === undefined || value === "" || value === false || value === 0n || value === 0;
  return isZero ? "" : `=${print(value)}`;
}
