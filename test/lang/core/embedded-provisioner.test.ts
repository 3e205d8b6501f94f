import { expect, test } from "bun:test";
import { provisionerOptions } from "../../../lang/core/embedded-provisioner.ts";
import type { Value } from "../../../lang/value.ts";
import { createHost } from "../../../src/agent/host.ts";
import { outcome } from "./call.ts";

const host = createHost({ hostname: "h1", log: () => {}, signal: new AbortController().signal });
const ask = (name: string, told?: Readonly<Record<string, Value>>): string =>
  outcome(`embedded/provisioner.${name}`, [], {
    host: told === undefined ? host : { ...host, provisioner: new Map(Object.entries(told)) },
  });

test("elsewhere than in the provisioner, some options are fatal and the others have zero values", () => {
  const found = Object.fromEntries(provisionerOptions.map(({ name }) => [name, ask(name)]));
  const fatal = ["interface", "network", "router", "prefix", "mac", "ip", "flavour"];
  for (const option of fatal)
    expect(found[`cli_${option}`]).toBe(
      `FatalError: ${option} is unset: only the \`provisioner\` command has a value for it`,
    );
  const others = Object.entries(found).filter(([name]) => !fatal.includes(name.replace("cli_", "")));
  expect(Object.fromEntries(others)).toEqual({
    cli_distro: '""',
    cli_version: '""',
    cli_arch: '""',
    cli_mirror: '""',
    cli_rsync: '""',
    cli_part: '""',
    cli_handoff_exec: '""',
    cli_handoff_code: '""',
    cli_handoff_module_path: '""',
    cli_handoff_hostname: '""',
    cli_bmc_uri: '""',
    cli_password: '""',
    cli_firewalld: "false",
    cli_bios: "false",
    cli_luks: "false",
    cli_dns: "[]",
    cli_packages: "[]",
    check: "false",
  });
});

test("options are what the command was told", () => {
  const told = {
    interface: "eth0",
    dns: ["192.0.2.1"],
    luks: true,
    check: true,
    arch: "x86_64",
    bios: "yes",
  };
  expect(ask("cli_interface", told)).toBe('"eth0"');
  expect(ask("cli_dns", told)).toBe('["192.0.2.1"]');
  expect(ask("cli_luks", told)).toBe("true");
  expect(ask("check", told)).toBe("true");
  expect(ask("cli_arch", told)).toBe('"x86_64"');
  expect(ask("cli_mac", told)).toContain("mac is unset");
  expect(ask("cli_bios", told)).toBe("FatalError: the value of bios is of another type");
});
