/** Module `os`. */
import { quote } from "../bytes.ts";
import { type Close, type Host, HostError } from "../host.ts";
import { cleanPath } from "../modules/path.ts";
import { StructValue } from "../value.ts";
import { arg, CatchableError, FatalError, impure, pure, type SourceContext, source, t } from "./define.ts";
import { trimEnd } from "./support/characters.ts";
import { asFailure, fatally } from "./support/failure.ts";
import { followKernelFile } from "./support/kernel-state.ts";

const module = "os";

/** Emits what `look` finds, now and at every possible change of the file at `path`. */
function follow(context: SourceContext, path: string, look: () => void): Close {
  const attempt = () => {
    try {
      look();
    } catch (error) {
      context.fail(asFailure(error));
    }
  };
  const close = fatally(() => context.host.files.watch(path, attempt));
  attempt();
  return close;
}

export const args = impure({
  module,
  name: "args",
  summary: "The command line of the agent, its program first.",
  args: [],
  returns: t.list(t.str),
  examples: { "os.args()": null },
  bind:
    ({ host }) =>
    () =>
      host.commandLine,
});

export const readfile = source({
  module,
  name: "readfile",
  summary: "The whole content of a file, followed as it changes.",
  args: [arg("filename", t.str)],
  returns: t.str,
  errors: "Catchable: there is no such file (yet). Fatal: one that cannot be read.",
  examples: {
    'os.readfile("/proc/version") <|> "none"': null,
    'os.readfile("/nowhere/x") <|> "none"': '"none"',
  },
  open: (context, path) => follow(context, path, () => context.emit(readOrMissing(context.host, path))),
});

function readOrMissing(host: Host, path: string): string {
  try {
    return host.files.read(path);
  } catch (error) {
    if (error instanceof HostError && error.reason === "not-found") throw new CatchableError(error.message);
    throw error;
  }
}

export const fileExists = source({
  module,
  name: "file_exists",
  summary: "Whether there is anything at a path, followed as it changes; directories count.",
  args: [arg("filename", t.str)],
  returns: t.bool,
  errors: "Fatal: where that cannot be known.",
  examples: { 'os.file_exists("/")': "true", 'os.file_exists("/nowhere/x")': "false" },
  open: (context, path) => follow(context, path, () => context.emit(context.host.files.exists(path))),
});

export const system = source({
  module,
  name: "system",
  summary: "Each line that a shell command prints, one after the other; the last one stays.",
  args: [arg("cmd", t.str, "run by `sh -c`")],
  returns: t.str,
  notes:
    "There is no value before the first line. Standard error goes to the log, the exit status does not matter. A command " +
    "that prints faster than the program takes lines has to wait; one that prints a line of more than 64 KiB is ended. " +
    "Another command ends this one with all that it has started.",
  errors: "Fatal: no shell to run.",
  examples: { 'os.system("echo hello")': '"hello"' },
  delivery: "every",
  open: ({ host, emit, backlog }, command) => fatally(() => host.processes.lines(command, emit, backlog)),
});

export const userExists = source({
  module,
  name: "user_exists",
  summary: "Whether there is a user of that name, followed as /etc/passwd changes.",
  args: [arg("user", t.str)],
  returns: t.bool,
  examples: { 'os.user_exists("root")': "true", 'os.user_exists("")': "false" },
  open: (context, name) =>
    follow(context, "/etc/passwd", () =>
      context.emit(name !== "" && context.host.accounts.user(name) !== undefined),
    ),
});

function userOf(host: Host, name: string) {
  const user = fatally(() => host.accounts.user(name));
  if (user === undefined) throw new FatalError(`there is no user ${quote(name)}`);
  return user;
}

export const home = impure({
  module,
  name: "home",
  summary: "The home directory of a user, with a slash at the end.",
  args: [arg("user", t.str)],
  returns: t.str,
  errors: "Fatal: an unknown user.",
  examples: { 'os.home("root")': '"/root/"' },
  bind:
    ({ host }) =>
    (name) =>
      userOf(host, name).home.replace(/\/*$/, "/"),
});

export const uid = impure({
  module,
  name: "uid",
  summary: "The numeric id of a user, as text.",
  args: [arg("user", t.str)],
  returns: t.str,
  errors: "Fatal: an unknown user.",
  examples: { 'os.uid("root")': '"0"' },
  bind:
    ({ host }) =>
    (name) =>
      String(userOf(host, name).uid),
});

export const expandHome = impure({
  module,
  name: "expand_home",
  summary: "A path with a leading `~/` or `~name/` replaced by that home directory.",
  args: [arg("path", t.str)],
  returns: t.str,
  notes: "A path that is replaced is also cleaned of `.`, `..` and doubled slashes. A bare `~` stays.",
  errors: "Fatal: an unknown user.",
  examples: { 'os.expand_home("~root/x/")': '"/root/x/"', 'os.expand_home("/srv//x")': '"/srv//x"' },
  bind:
    ({ host }) =>
    (path) => {
      const expanded = fatally(() => host.accounts.expandHome(path));
      return expanded === path ? path : cleanPath(expanded);
    },
});

export const parseDistroUid = pure({
  module,
  name: "parse_distro_uid",
  summary: "The parts of a text such as `fedora41-x86_64`; all empty if one is missing.",
  args: [arg("uid", t.str)],
  returns: t.struct({ distro: t.str, version: t.str, arch: t.str }),
  examples: {
    'os.parse_distro_uid("fedora41-x86_64")': 'struct{distro: "fedora"; version: "41"; arch: "x86_64"}',
  },
  call: (text) => {
    const dash = text.indexOf("-");
    const system = text.slice(0, Math.max(0, dash));
    const distro = trimEnd(system, (character) => /^\d$/.test(character));
    const version = system.slice(distro.length);
    const arch = text.slice(dash + 1);
    const complete = distro !== "" && version !== "" && arch !== "";
    return new StructValue(["distro", "version", "arch"], complete ? [distro, version, arch] : ["", "", ""]);
  },
});

const releaseFields: readonly string[] = ["id", "variant_id", "version_id"];

export const release = impure({
  module,
  name: "release",
  summary: "What the os-release file says of this system; what it does not say is empty.",
  args: [],
  returns: t.struct({ id: t.str, variant_id: t.str, version_id: t.str }),
  errors: "Fatal: no os-release file.",
  examples: { "os.release()": null },
  bind:
    ({ host }) =>
    () => {
      const entries = new Map(readRelease(host).split("\n").map(parseReleaseLine));
      return new StructValue(
        releaseFields,
        releaseFields.map((name) => entries.get(name.toUpperCase()) ?? ""),
      );
    },
});

function readRelease(host: Host): string {
  for (const path of ["/etc/os-release", "/usr/lib/os-release"]) {
    const text = readIfPossible(host, path);
    if (text !== undefined && text !== "") return text;
  }
  throw new FatalError("there is no os-release file in /etc or /usr/lib");
}

function parseReleaseLine(line: string): [string, string] {
  const [key = "", value = ""] = line.split("=");
  return [key, value.replace(/^"/, "").replace(/"$/, "")];
}

function readIfPossible(host: Host, path: string): string | undefined {
  try {
    return host.files.read(path);
  } catch (error) {
    if (error instanceof HostError) return undefined;
    throw error;
  }
}

/** The families of Linux distributions, and the file that tells each. */
const families: readonly { readonly name: string; readonly file: string }[] = [
  { name: "redhat", file: "/etc/redhat-release" },
  { name: "debian", file: "/etc/debian_version" },
  { name: "archlinux", file: "/etc/arch-release" },
];

/** Constants for comparison with `os.family()`: `$os.family_debian`, … */
export const constants: ReadonlyMap<string, string> = new Map(
  families.map(({ name }) => [`family_${name}`, name]),
);

export const family = impure({
  module,
  name: "family",
  summary: "The family of this distribution: redhat, debian, archlinux, or empty.",
  args: [],
  returns: t.str,
  notes: "The variables $os.family_redhat, $os.family_debian and $os.family_archlinux hold these names.",
  examples: { "os.family()": null },
  bind:
    ({ host }) =>
    () =>
      families.find(({ file }) => fatally(() => host.files.exists(file)))?.name ?? "",
});

/** One test for each family. */
export const familyTests = families.map(({ name, file }) =>
  impure({
    module,
    name: `is_family_${name}`,
    summary: `Whether this is a distribution of the ${name} family.`,
    args: [],
    returns: t.bool,
    examples: { [`os.is_family_${name}()`]: null },
    bind:
      ({ host }) =>
      () =>
        fatally(() => host.files.exists(file)),
  }),
);

export const modinfoLoaded = source({
  module,
  name: "modinfo_loaded",
  summary: "Whether a kernel module is loaded, followed as modules come and go.",
  args: [arg("module", t.str, "its name, as /proc/modules has it")],
  returns: t.bool,
  notes: "What is built into the kernel is no module.",
  errors: "Fatal: a list of modules that cannot be read, a kernel that does not tell of changes.",
  examples: { 'os.modinfo_loaded("kvm")': null },
  open: (context, name) =>
    followKernelFile(context, "module", "/proc/modules", (modules) => isLoaded(modules, name)),
});

/** @param modules lines of: name, size, uses, users, state, address */
function isLoaded(modules: string, name: string): boolean {
  return modules.split("\n").some((line) => {
    const [listed, , , , state] = line.split(" ", 5);
    // A module is still listed when the kernel tells that it goes.
    return listed === name && state !== undefined && state !== "Unloading";
  });
}

/** What the firmware of virtual machines calls itself. */
const VIRTUAL_VENDORS =
  /Amazon EC2|Apple Virtualization|BHYVE|Bochs|Google Computer Engine|Hyper-V|innotek GmbH|KubeVirt|KVM|OpenStack|Oracle Corporation|Parallels|QEMU|VMware|Xen/;

/** Files in which firmware tells its vendor; a machine without such firmware has none. */
const VENDOR_FILES: readonly string[] = [
  "product_name",
  "sys_vendor",
  "board_vendor",
  "bios_vendor",
  "product_version",
].map((name) => `/sys/class/dmi/id/${name}`);

export const isVirtual = impure({
  module,
  name: "is_virtual",
  summary: "Whether this machine is a virtual one.",
  args: [],
  returns: t.bool,
  errors: "Fatal: where that cannot be known.",
  examples: { "os.is_virtual()": null },
  bind:
    ({ host }) =>
    () => {
      const signs = [
        () => host.files.read("/proc/cpuinfo").includes("hypervisor"),
        ...VENDOR_FILES.map((path) => () => VIRTUAL_VENDORS.test(readUnlessMissing(host, path))),
      ];
      let unknown: unknown;
      for (const isThere of signs) {
        try {
          if (isThere()) return true;
        } catch (error) {
          unknown ??= error;
        }
      }
      if (unknown !== undefined) throw asFailure(unknown);
      return false;
    },
});

function readUnlessMissing(host: Host, path: string): string {
  try {
    return host.files.read(path);
  } catch (error) {
    if (error instanceof HostError && error.reason === "not-found") return "";
    throw error;
  }
}
