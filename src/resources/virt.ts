import { declareKind } from "./define.ts";

export const virt = declareKind({
  kind: "virt",
  summary: "Defines a virtual machine of libvirt, and runs, pauses or stops it.",
  notes: "The name of the resource is that of the machine. Meta:poll cannot be used.",
  params: {
    uri: "str = ''",
    state: "str = ''",
    startup: "str = ''",
    transient: "bool = false",
    cpus: "uint = 0n",
    maxcpus: "uint = 32n",
    hotcpus: "bool = true",
    memory: "uint = 0n",
    osinit: "str = ''",
    "boot?": "str[]",
    "disk?": [{ source: "str", type: "str" }, "[]"],
    "cdrom?": [{ source: "str", type: "str" }, "[]"],
    "network?": [{ name: "str", mac: "str" }, "[]"],
    "filesystem?": [{ access: "str", source: "str", target: "str", read_only: "bool" }, "[]"],
    "auth?": { username: "str", password: "str" },
    restartondiverge: "str = 'error'",
    restartonrefresh: "bool = false",
  },
  about: {
    uri: "Where libvirt is, such as `qemu:///system`; with the scheme `lxc` the machine is a container.",
    state: "`running`, `paused` or `shutoff`; empty leaves it alone.",
    startup: "`enabled` or `disabled`: whether it starts when libvirt does. Empty leaves that alone.",
    transient: "Let libvirt forget the machine when it stops.",
    cpus: "Number of processors.",
    maxcpus: "The most processors there may ever be.",
    hotcpus: "Allow to add and remove processors while the machine runs.",
    memory: "Memory in KiB.",
    osinit: "Path of the first program in a container.",
    boot: "What to boot from, in this order: `fd`, `hd`, `cdrom`, `network`.",
    disk: "Disks: the path of each image, which may begin with `~/`, and its format.",
    cdrom: "CD drives, likewise.",
    network: "Network interfaces: each in a network of libvirt, with a hardware address, by chance if empty.",
    filesystem: "Directories of this machine to share.",
    auth: "User and password for libvirt.",
    restartondiverge: "What to do when a change needs a restart: `ignore`, `ifneeded` or `error`.",
    restartonrefresh: "Restart the machine when notified.",
  },
  refreshable: true,
  example: `virt "web1" {
	uri => "qemu:///system",
	state => "running",
	cpus => 2,
	memory => 2097152,
	boot => ["hd"],
	disk => [struct{source => "/var/lib/libvirt/images/web1.qcow2", type => "qcow2"}],
	network => [struct{name => "default", mac => "52:54:00:00:00:01"}],
}
`,
  validate(_name, { state, startup, transient, cpus, maxcpus, restartondiverge }, meta) {
    if (meta.poll !== 0) return "can't use Meta:poll";
    if (!["running", "paused", "shutoff", ""].includes(state))
      return "state must be one of `running`, `paused` and `shutoff`, or empty";
    if (!["enabled", "disabled", ""].includes(startup))
      return "startup must be `enabled`, `disabled` or empty";
    if (transient && startup !== "") return "can't use Startup with Transient";
    if (cpus > maxcpus) return `the Cpus (${cpus}) must not be more than MaxCpus (${maxcpus})`;
    return ["ignore", "ifneeded", "error"].includes(restartondiverge)
      ? undefined
      : "restartondiverge must be one of `ignore`, `ifneeded` and `error`";
  },
});
