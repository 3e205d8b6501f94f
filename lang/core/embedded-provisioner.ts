/**
 * Module `embedded/provisioner`: what the `provisioner` command was told. Elsewhere nothing was: then options that it could
 * not do without are fatal, and the others have their zero value.
 */
import type { Value } from "../value.ts";
import { type CoreFunction, FatalError, impure, type Typed, t } from "./define.ts";

const module = "embedded/provisioner";

type Meanings = Readonly<Record<string, string>>;

/** Options that the command always has a value for. */
const needed: Meanings = {
  interface: "the network interface that machines are provisioned through",
  network: "the network that machines get addresses of, in CIDR notation",
  router: "the address of the router, in CIDR notation",
  prefix: "the directory for what is downloaded and made, with a slash at its end",
  mac: "the MAC address of the machine, in lower case with colons; empty for any machine",
  ip: "the address that the machine gets, in CIDR notation",
  flavour: "the flavor of the distribution, such as `Workstation`",
};

const texts: Meanings = {
  distro: "the distribution to install",
  version: "the version of the distribution",
  arch: "the architecture of the machine",
  mirror: "the URL of the mirror to install from",
  rsync: "the URL of the mirror to copy with rsync",
  part: "the layout of the disk: `plain` or `btrfs`",
  handoff_exec: "the command that the machine runs when it is installed",
  handoff_code: "the program that the machine runs when it is installed, an absolute path",
  handoff_module_path: "the directory of modules that goes with that program",
  handoff_hostname: "the host name that the machine runs that program with",
  bmc_uri: "the URI of the controller that turns the machine on",
  password: "the password of root, as a crypt string",
};

const flags: Meanings = {
  firewalld: "whether the firewall is opened by firewalld",
  bios: "whether the machine starts by BIOS, not UEFI",
  luks: "whether the disk is encrypted",
};

const lists: Meanings = {
  dns: "the addresses of name servers for the machine",
  packages: "further packages to install",
};

const isText = (value: Value): value is string => typeof value === "string";
const isFlag = (value: Value): value is boolean => typeof value === "boolean";
const isTextList = (value: Value): value is readonly string[] =>
  Array.isArray(value) && value.every((each) => typeof each === "string");

/** The functions of the module; all are named after options but `check`. */
export const provisionerOptions: readonly CoreFunction[] = [
  ...Object.entries(needed).map(([option, meaning]) => readOption(option, meaning, t.str, isText)),
  ...Object.entries(texts).map(([option, meaning]) => readOption(option, meaning, t.str, isText, "")),
  ...Object.entries(flags).map(([option, meaning]) => readOption(option, meaning, t.bool, isFlag, false)),
  ...Object.entries(lists).map(([option, meaning]) =>
    readOption(option, meaning, t.list(t.str), isTextList, []),
  ),
  readOption("check", "whether the command only checks the program", t.bool, isFlag, false),
];

/** @param unset the value where the command was not told; without one, that is fatal */
function readOption<T extends Value>(
  option: string,
  meaning: string,
  type: Typed<T>,
  isOfType: (value: Value) => value is T,
  unset?: T,
): CoreFunction {
  const name = option === "check" ? option : `cli_${option}`;
  return impure({
    module,
    name,
    summary: `What the \`provisioner\` command was told: ${meaning}.`,
    args: [],
    returns: type,
    ...(unset === undefined ? { errors: "Fatal: in programs that another command runs." } : {}),
    examples: { [`provisioner.${name}()`]: null },
    bind:
      ({ host }) =>
      () => {
        const value = host.provisioner?.get(option) ?? unset;
        if (value === undefined)
          throw new FatalError(`${option} is unset: only the \`provisioner\` command has a value for it`);
        if (!isOfType(value)) throw new FatalError(`the value of ${option} is of another type`);
        return value;
      },
  });
}
