import { expect, test } from "bun:test";
import { coreFunctions } from "../../../../lang/core/index.ts";
import { offeredFunctions } from "../../../../lang/core/template/core-functions.ts";

/** Functions specification, section 7, but for `golang/…`. */
const offered: Readonly<Record<string, string>> = {
  "": "concat panic_debug",
  convert: "format_bool int_to_str parse_bool str_to_float str_to_int to_float to_int",
  datetime: "format hour print weekday",
  deploy: "binary_path bootstrap_packages",
  embedded_provisioner:
    "check cli_arch cli_bios cli_bmc_uri cli_distro cli_dns cli_firewalld cli_flavour cli_handoff_code cli_handoff_exec " +
    "cli_handoff_hostname cli_handoff_module_path cli_interface cli_ip cli_luks cli_mac cli_mirror cli_network " +
    "cli_packages cli_part cli_password cli_prefix cli_router cli_rsync cli_version",
  encoding: "base64_decode base64_encode",
  example: "answer errorbool int2str plus str2int",
  example_nested: "hello",
  math: "minus1 pow sqrt",
  net:
    "cidr_to_first cidr_to_ip cidr_to_last cidr_to_mask cidr_to_network cidr_to_prefix ip_in_cidr is_mac macfmt " +
    "oldmacfmt split_hostport url_parser",
  os:
    "args expand_home family home is_family_archlinux is_family_debian is_family_redhat is_virtual parse_distro_uid " +
    "release uid",
  regexp: "match",
  strings:
    "contains has_prefix has_suffix join_nonempty left_pad replace_all right_pad split substr to_lower to_upper trim_space",
  sys: "env getenv hasenv",
  test: "one_instance_b one_instance_d one_instance_f one_instance_h slow_string",
  util: "hostname_mapper",
};

test("templates are offered the core functions that belong to no place in a program, all of golang among them", () => {
  const golang = coreFunctions()
    .filter(({ module }) => module.startsWith("golang/"))
    .map(({ module, name }) => `${module.replaceAll("/", "_")}_${name}`);
  const expected = Object.entries(offered).flatMap(([module, names]) =>
    names.split(" ").map((name) => `${module}_${name}`),
  );
  expect([...offeredFunctions(coreFunctions()).keys()].toSorted()).toEqual(
    [...expected, ...golang].toSorted(),
  );
});
