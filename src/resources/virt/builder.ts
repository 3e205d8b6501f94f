import { declareKind } from "../define.ts";
import { isAbsoluteDirectory } from "../rules/directory.ts";

export const virtBuilder = declareKind({
  kind: "virt:builder",
  summary: "Builds the disk image of a virtual machine, by virt-builder, unless it is there already.",
  params: {
    output: "str = ''",
    os_version: "str = ''",
    arch: "str = ''",
    hostname: "str = ''",
    format: "str = ''",
    size: "int = 0n",
    "packages?": "str[]",
    update: "bool = true",
    selinux_relabel: "bool = true",
    no_setup: "bool = false",
    "ssh_keys?": [{ user: "str", type: "str", key: "str", comment: "str" }, "[]"],
    root_ssh_inject: "bool = true",
    root_password_selector: "str = 'disabled'",
    bootstrap: "bool = true",
    "seeds?": "str[]",
    "mkdir?": "str[]",
    "copy_in?": [{ path: "str", dest: "str" }, "[]"],
    "run_cmd?": "str[]",
    "firstboot_cmd?": "str[]",
    log_output: "bool = true",
    tweaks: "bool = true",
  },
  about: {
    output: "Absolute path of the image; the name of the resource if empty.",
    os_version: "What to build, such as `debian-12`. Required.",
    arch: "Architecture; that of this machine if empty.",
    hostname: "Host name of the machine.",
    format: "Format of the image: `raw` or `qcow2`.",
    size: "Size of the disk in bytes; 0 is as large as needed.",
    packages: "Packages to install.",
    update: "Update all packages.",
    selinux_relabel: "Label files for SELinux.",
    no_setup: "Fail, instead of installing virt-builder, if it is missing.",
    ssh_keys: "Public keys, each with the user who may log in with it, root if empty.",
    root_ssh_inject: "Let the user who runs the agent log in as root.",
    root_password_selector: "The password of root, in the notation of virt-builder.",
    bootstrap: "Install mgmt, and what it needs.",
    seeds: "URLs of the cluster that mgmt is to join. They need Bootstrap.",
    mkdir: "Absolute paths of directories to create, with a slash at their end.",
    copy_in:
      "What to copy into the image: absolute paths, and the directories for them, with a slash at their end.",
    run_cmd: "Commands to run while building.",
    firstboot_cmd: "Commands to run when the machine boots for the first time.",
    log_output: "Show what virt-builder prints in the log.",
    tweaks: "Work around what is known to go wrong in some distributions.",
  },
  example: `virt:builder "/var/lib/libvirt/images/web1.qcow2" {
	os_version => "debian-12",
	hostname => "web1",
	format => "qcow2",
	size => 10737418240,
	packages => ["nginx"],
	bootstrap => false,
}
`,
  validate(name, params) {
    const { output, os_version, size, packages = [], ssh_keys = [], seeds = [], mkdir = [] } = params;
    const { copy_in = [], run_cmd = [], firstboot_cmd = [] } = params;
    if (!(output || name).startsWith("/")) return "the Output must be an absolute path";
    if (os_version === "") return "the OsVersion is empty";
    if (size < 0n) return "the Size must not be negative";
    for (const each of packages)
      if (each === "" || each.includes(",")) return `invalid name in Packages: \`${each}\``;
    for (const { user, type, key, comment } of ssh_keys) {
      if (type === "" || key === "") return "the SshKeys need a type and a key";
      if ([user, type, key, comment].some((each) => /\s/.test(each)))
        return "the SshKeys must not have white space in them";
    }
    if (seeds.includes("")) return "the Seeds must not be empty";
    if (!mkdir.every(isAbsoluteDirectory)) return "the Mkdir must be absolute and end with a slash";
    for (const { path, dest } of copy_in) {
      if (!path.startsWith("/")) return "the paths of CopyIn must be absolute";
      if (!isAbsoluteDirectory(dest))
        return "the destinations of CopyIn must be absolute and end with a slash";
    }
    if (run_cmd.includes("")) return "the RunCmd must not be empty";
    return firstboot_cmd.includes("") ? "the FirstbootCmd must not be empty" : undefined;
  },
});
