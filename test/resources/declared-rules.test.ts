/** The rules of kinds on their own parameters (resources-system 3, resources-services 3 to 12). */
import { expect, test } from "bun:test";
import { describe as describeOutcome, firstGraph } from "../lang/programs.ts";

const key = "AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f";

/** By line: a resource, and behind `#` what is wrong with it; nothing if it is sound. */
const table = String.raw`
augeas "a" { file => "/etc/hosts", lens => "Hosts.lns", }
augeas "a" { file => "etc/hosts", lens => "Hosts.lns", } # the File param should start with a slash
augeas "a" { file => "/etc/hosts", lens => "Hosts", } # the Lens param should have a .lns suffix
augeas "a" { file => "/etc/hosts", } # the File and Lens params must be specified together
cron "c" { trigger => "OnBootSec", time => "5min", startup => "", }
cron "c" { state => "absent", }
cron "c" { state => "gone", } # state must be 'absent' or 'exists'
cron "c" { startup => "on", } # startup must be either ${"`"}enabled${"`"} or ${"`"}disabled${"`"} or undefined
cron "c" { trigger => "OnCalendar", } # trigger and time must be set together
cron "c" { trigger => "Daily", time => "x", } # invalid trigger: Daily
deploy:tar "x.tar" {} # path must be absolute
deploy:tar "/x/" {} # path must not end with a slash
group "g" { state => "exists", }
group "g" {} # state must be 'exists' or 'absent'
group "g.h" { state => "exists", } # group contains invalid character(s)
gzip "/x.gz" { content => "x", level => 9, }
gzip "/x.gz" { level => 10, } # invalid compression level: 10
gzip "/x.gz" { level => -3, } # invalid compression level: -3
gzip "/x.gz" { input => "x", } # input must be absolute
gzip "/x.gz" { input => "/x/", } # input must not end with a slash
hostname "h" { static_hostname => "", }
hostname "h" { pretty_hostname => "", static_hostname => "", transient_hostname => "", } # insufficient parameters for this resource
json:edit "/d.json" { edits => [".a.b = {\"x\": [1, 2]}", "del(.[\"a b\"].c)"], }
json:edit "etcd:///k" { edits => [".a = 1"], }
json:edit "d.json" { edits => [".a = 1"], } # unknown store scheme:
json:edit "file://host/d" { edits => [".a = 1"], } # file store host is not supported
json:edit "etcd:///" { edits => [".a = 1"], } # etcd store key is empty
json:edit "/d.json" {} # edits is empty
json:edit "/d.json" { edits => [".a = 1", "a = 1"], } # invalid edit at index 1: edit must start with ${"`"}.${"`"}
line "l" { file => "~ada/x", state => "exists", }
line "l" { file => "x", state => "exists", } # the File must be absolute
line "l" { file => "/x/", state => "exists", } # the File must not end with a slash
line "l" { file => "/x", } # the State is invalid
mount "/m" { state => "absent", }
mount "/m" { type => "ext4", } # state must be 'exists', or 'absent'
mount "/m" { state => "exists", } # type must be a valid filesystem type (see /proc/filesystems)
mount "//m" { state => "absent", } # double slashes are not allowed in resource name
net "e" { addrs => ["192.0.2.1/24", "2001:db8::1/64"], gateway => "192.0.2.254", }
net "e" { state => "on", } # state must be up, down or empty
net "e" { addrs => ["192.0.2.1"], } # error parsing addr: 192.0.2.1
net "e" { addrs => ["192.0.2.1/24", "x"], } # error parsing addrs[1]: x
net "e" { gateway => "x", } # error parsing gateway: x
nspawn "n" { state => "up", } # invalid state: up
pkg "p" { state => "1.2-3", }
pkg "p" { state => "", } # state cannot be empty
pkg "p" { state => "latest", } # state is invalid, did you mean ${"`"}newest${"`"} ?
ssh:authorized_key "ssh-ed25519 ${key} me" { state => "exists", }
ssh:authorized_key "k" { state => "exists", type => "ssh-ed25519", key => "${key}", options => ["command=\"a b\"", "no-pty"], }
ssh:authorized_key "k" { state => "exists", content => "no-pty,command=\"a b\" ssh-ed25519 ${key}", file => "~ada/keys", }
ssh:authorized_key "k" { type => "ssh-ed25519", key => "${key}", } # state must be 'exists' or 'absent'
ssh:authorized_key "k" { state => "exists", user => "a b", } # invalid value for User
ssh:authorized_key "k" { state => "exists", content => "x", comment => "y", } # can't use Content and Options|Type|Key|Comment param at the same time
ssh:authorized_key "k" { state => "exists", type => "ssh-rsa", } # must use Key param when using Type param
ssh:authorized_key "k" { state => "exists", key => "${key}", } # must use Type param when using Key param
ssh:authorized_key "k" { state => "exists", type => "ssh-rsa", key => "${key}", } # type does not match key
ssh:authorized_key "#k" { state => "exists", } # comment or empty line
ssh:authorized_key "k" { state => "exists", } # the entry is no public key
ssh:authorized_key "k" { state => "exists", type => "ssh-ed25519", key => "${key}", file => "keys", } # the File must be absolute
svc "s" {}
svc "s" { state => "up", } # state must be either ${"`"}running${"`"} or ${"`"}stopped${"`"} or undefined
svc "s" { startup => "up", } # startup must be either ${"`"}enabled${"`"} or ${"`"}disabled${"`"} or undefined
sysctl "net/x" { value => "1", } # name contains slashes, use the dotted representation
sysctl "a=b" { value => "1", } # name contains equals sign, this is illegal
sysctl ".a" { value => "1", } # name contains leading or trailing periods
sysctl " a" { value => "1", } # name has leading or trailing whitespace
sysctl "a" {} # value is empty
sysctl "a" { value => "1 ", } # value contains leading or trailing whitespace
sysctl "a" { value => "1", runtime => false, persist => false, } # you must either set the value at runtime or you must persist
sysctl "a" { value => "1", path => "/x", } # filename must end with .conf
sysctl "a" { value => "1", path => "x.conf", } # filename must be absolute and start with slash
tar "/x.tar" { inputs => ["/a", "b"], } # input #1 must be absolute
user "u" { state => "exists", group => "g", groups => ["a"], homedir => "/home/u/", }
user "u.v" { state => "exists", } # user contains invalid character(s)
user "u" {} # state must be 'exists' or 'absent'
user "u" { state => "exists", gid => 1, group => "g", } # cannot use both GID and Group
user "u" { state => "exists", group => "", } # group cannot be empty string
user "u" { state => "exists", group => "1g", } # group contains invalid character(s)
user "u" { state => "exists", groups => ["1g"], } # groups list contains invalid character(s)
user "u" { state => "exists", group => "g", groups => ["g"], } # primary Group "g" must not appear in Groups
user "u" { state => "exists", groups => ["u"], } # user name "u" must not appear in Groups
user "u" { state => "exists", homedir => "/home/u", } # the HomeDir should end with a slash
http:server "[::1]:80" { timeout => 5, root => "/srv/", }
http:server "80" {} # the Address ${"`"}80${"`"} must be HOST:PORT
http:server "example.org:80" {} # the host of the Address must be empty or an IP address: example.org
http:server ":80" { root => "srv/", } # the Root must be absolute
http:server ":80" { root => "/srv", } # the Root must be a directory
http:server:file "/f" { path => "/f", data => "x", } # can't use Path and Data at the same time
http:server:file "/f" { path => "f", } # the Path must be absolute
http:server:file "/f" { path => "/f/", longpoll => true, } # can't use Longpoll with the Path of a directory
http:server:flag "f" {} # the Path must start with a slash
http:server:proxy "p" {} # the Path must be absolute
http:server:proxy "/p" { sub => "/a", } # the Sub must start and end with a slash
http:server:proxy "/p" { head => "http://h", } # the Head must end with a slash
http:server:proxy "/p" { cache => "/c", } # the Cache must be an absolute path that ends with a slash
http:server:ui "/u" {} # the Path must end with a slash
http:server:ui:input "i" { value => "x", store => "local://", } # can't use Value and Store at the same time
http:server:ui:input "i" { store => "disk://", } # invalid Store ${"`"}disk://${"`"}: it must begin with local:// or world://
http:server:ui:input "i" { type => "range://?min=1&max=2", store => "world://?key=k", }
http:client "c" { url => "https://u:p@example.org/x", method => "HEAD", }
http:client "c" {} # the Url must be one of http or https
http:client "c" { url => "ftp://h/", } # the Url must be one of http or https
http:client "c" { url => "http:///x", } # the Url has no host
http:client "c" { url => "http://h/", method => "get", } # invalid Method: ${"`"}get${"`"}, did you mean ${"`"}GET${"`"}?
http:client "c" { url => "http://h/", file => "/d/", } # the File must not be a directory
http:client "c" { url => "http://h/", sha256 => "AB", } # the Sha256 must be in lower case
http:client "c" { url => "http://h/", longpoll => true, longpoll_redirect => true, Meta:poll => 5, } # can't use Longpoll with Meta:poll
http:client "c" { url => "http://h/", longpoll => true, } # Longpoll needs one of
http:client "c" { url => "http://h/", longpoll_redirect => true, longpoll_conditional => true, } # at the same time
tftp:server ":69" { root => "/srv", } # the Root must be an absolute path that ends with a slash
tftp:server ":69" { timeout => -1, } # -1
tftp:file "f" { path => "x", } # the Path must be absolute
dhcp:server ":67" {} # the Interface is empty
dhcp:server "[::1]:67" { interface => "lo", } # the host of the Address must be an IPv4 address
dhcp:server ":67" { interface => "lo", serverid => "x", } # the ServerID must be an IPv4 address: x
dhcp:server ":67" { interface => "lo", leasetime => "1 day", } # the LeaseTime must be a duration such as 1h30m: 1 day
dhcp:server ":67" { interface => "lo", leasetime => "1h42m13.5s", serverid => "", nbp => "tftp://192.0.2.1/x", }
dhcp:server ":67" { interface => "lo", dns => ["::1"], } # the Dns must be IPv4 addresses: ::1
dhcp:server ":67" { interface => "lo", nbp => "http://h/x", } # the scheme of the Nbp must be tftp: http
dhcp:host "h" { mac => "0A:00:00:00:00:01", ip => "192.0.2.7/24", } # the Mac must be six bytes
dhcp:host "h" { mac => "0a:00:00:00:00:01", ip => "192.0.2.7", } # the Ip must be an IPv4 address
dhcp:range "192.0.2.0/24" { skip => ["192.0.2.7", "192.0.2.64/26"], }
dhcp:range "r" { from => "192.0.2.1", to => "192.0.2.9", mask => "255.255.255.0", }
dhcp:range "r" { from => "192.0.2.1", to => "192.0.2.9", mask => "/24", }
dhcp:range "r" {} # the Network must be an IPv4 network: r
dhcp:range "r" { from => "192.0.2.1/24", } # the From and To must be used together
dhcp:range "r" { from => "192.0.2.1", to => "192.0.2.9", } # the Mask is missing
dhcp:range "r" { from => "192.0.2.1/24", to => "192.0.2.9/24", mask => "/24", } # the Mask is given twice
dhcp:range "r" { from => "192.0.2.1", to => "192.0.2.9", mask => "255.0.255.0", } # invalid Mask: 255.0.255.0
dhcp:range "r" { from => "192.0.2.1", to => "192.0.2.9", mask => "0.0.0.0", } # invalid Mask: 0.0.0.0
dhcp:range "r" { network => "192.0.2.0/24", mask => "/24", } # the Mask is for From and To
dhcp:range "192.0.2.0/24" { skip => ["x"], } # the Skip must be IPv4 addresses and networks: x
remote "ssh://ada@h:2222" { hostkey => "${key}", }
remote "http://h" {} # the scheme of the Remote must be ssh: http
remote "h:99999" {} # the port of the Remote must be 1 to 65535: 99999
remote "u:p@h" {} # the Remote holds a password
remote "u:p@h" { allow_cleartext_password => true, }
remote "h" { state => "on", } # invalid State: on
remote "h" { converger_timeout => -1, } # the ConvergerTimeout must not be negative
remote "h" { interactive_timeout => 9223372037, } # the InteractiveTimeout is too large
remote "h" { transient => false, } # Tunnelled needs Transient
remote "h" { transient => false, tunnelled => false, converger_timeout => 5, } # the ConvergerTimeout needs Transient
remote "h" { tunnel_addr => "x", } # the TunnelAddr must be HOST:PORT: x
remote "h" { hostkey => "abc", } # the HostKey is no public key
docker:container "c" {} # the Image is empty
docker:container "c" { image => "i", state => "up", } # state must be one of
docker:container "c" { image => "i", env => ["A"], } # the Env must be NAME=VALUE without blanks: A
docker:container "c" { image => "i", ports => {"icmp" => {80 => 80}}, } # the protocol in Ports must be tcp, udp or sctp: icmp
docker:container "c" { image => "i", ports => {"tcp" => {80 => 0}}, } # a port must be 1 to 65535: 0
docker:image "i" { apiversion => "1.40", } # the ApiVersion must be like v1.40: 1.40
virt "v" { cpus => 33, } # the Cpus (33) must not be more than MaxCpus (32)
virt "v" { Meta:poll => 5, } # can't use Meta:poll
virt "v" { state => "on", } # state must be one of
virt "v" { transient => true, startup => "enabled", } # can't use Startup with Transient
virt:builder "/x" {} # the OsVersion is empty
virt:builder "x" { os_version => "debian-12", } # the Output must be an absolute path
virt:builder "/x" { os_version => "debian-12", size => -1, } # the Size must not be negative
virt:builder "/x" { os_version => "debian-12", packages => ["a,b"], } # invalid name in Packages
virt:builder "/x" { os_version => "debian-12", mkdir => ["/a"], } # the Mkdir must be absolute and end with a slash
virt:network "n" { state => "down", transient => true, }
virt:network "n" { state => "down", } # the Mac must be six bytes
virt:network "n" { mac => "52:54:00:00:00:01", ip => "::1/64", } # the Ip must be an IPv4 address
virt:network "n" { mode => "route", mac => "52:54:00:00:00:01", ip => "192.0.2.1/24", } # the Mode must be nat: route
virt:network "n" { uuid => "x", } # invalid Uuid: x
virt:network:range "r" { start => "192.0.2.9", end => "192.0.2.1", } # the Start must not be after the End
firewalld "f" { ports => ["4280/tcp"], }
firewalld "f" { ports => ["http/tcp"], } # the Ports must be like 80/tcp: http/tcp
firewalld "f" { ports => ["0/tcp"], } # the Ports must be like 80/tcp: 0/tcp
firewalld "f" { services => [""], } # the Services must not be empty
gsettings "a b" { type => "int", value => 7, }
gsettings "a" { type => "int", value => 7, } # it needs a Schema and a Key, or both in its name
gsettings "a b" { type => "int", value => "7", } # the Value is not of the Type int
gsettings "a b" { type => "list", value => "7", } # the Type must be one of
consul:kv "http://127.0.0.1:8500/test" { value => "v", }
consul:kv "ftp://h/k" {} # the Scheme must be http or https: ftp
consul:kv "http://h/" {} # the Key is empty
fwupd:remote "r" {} # there is nothing to manage
fwupd:remote "r" { refresh_age => "-1h", } # the RefreshAge must be a duration such as 24h: -1h
fwupd:remote "r" { enabled => false, refresh_age => "24h", } # can't refresh a remote that is disabled
fwupd:device "d" {} # the Version is empty
fwupd:system "s" {} # state must be
fwattr "a/b" {} # the Key must not have slashes in it
bmc:power "gofishs://a@h" {} # it needs Meta:poll
bmc:power "h" { Meta:poll => 5, } # the Hostname is empty
bmc:power "h" { hostname => "h", Meta:poll => 5, } # the Driver is empty
bmc:power "ipmi://h" { Meta:poll => 5, } # unknown Driver: ipmi
bmc:firmware "h" { hostname => "h", provider => "p", file => "f", version => "1", Meta:poll => 5, } # the File must be the absolute path of a file
hetzner:vm "v" { apitoken => "t", Meta:poll => -1, } # it needs Meta:poll of at least 1
hetzner:vm "v" { Meta:poll => 5, } # the ApiToken is empty
hetzner:vm "v" { apitoken => "t", waitinterval => 4294967296, Meta:poll => 5, } # uint32
aws:ec2 "e" { state => "running", } # the Region is empty
aws:ec2 "e" { state => "running", region => "r", type => "t", imageid => "i", watchendpoint => "http://h/", } # must be used together
`;

const rows = table
  .trim()
  .split("\n")
  .map((row) => {
    const [program = "", flaw] = row.split(/(?<=\}) # /);
    return [program, flaw] as const;
  });

test.each(rows)("%s", async (program, flaw) => {
  const outcome = await firstGraph(`${program}\n`);
  if (flaw === undefined) expect(outcome).toMatchObject({ kind: "graph" });
  else {
    expect(describeOutcome(outcome)).toStartWith("output ");
    expect(describeOutcome(outcome)).toContain(flaw);
  }
});

test.each([
  ['http:server ":80" {\n\tadress => ":80",\n}\n', /field `adress` does not exist in `http:server` resource/],
  ['svc "s" {\n\tstate => true,\n}\n', /bool/],
  ['docker:container "c" {\n\tports => {"tcp" => {"80" => 80}},\n}\n', /str.*int|int.*str/],
  ['augeas "a" {\n\tsets => [struct{path => "x"}],\n}\n', /struct/],
  [
    'password "p" {}\nsvc "s" {}\nPassword["p"].password -> Svc["s"].state\n',
    /cannot send to `svc`: resources of this kind receive nothing/,
  ],
] as const)("%j is no program", async (program, message) => {
  const described = describeOutcome(await firstGraph(program));
  expect(described).toMatch(message);
  expect(described).not.toStartWith("output ");
});
