/**
 * Functions of the standard library that do not exist yet, by module. Whoever calls one is told so, instead of being
 * told that there is no such function.
 */
export const notBuilt: Readonly<Record<string, string>> = {
  "": "history",
  deploy: "abspath readfile readfileabs file_exists directory binary_path bootstrap_packages",
  encoding: "decode_json decode_json_flexible",
  example: "vumeter",
  golang: "template",
  local: "pool vardir",
  net: "macs wired_interface interface_cidr",
  "net/http": "response",
  regexp: "match",
  sys: "cpu_count",
  "sys/fwupd": "reboot_needed",
  test:
    "fastcount forloop forkvloop one_instance_a one_instance_b one_instance_c one_instance_d one_instance_e " +
    "one_instance_f one_instance_g one_instance_h one_stream slow_string",
  util: "hostname_mapper",
  value: "get get_bool get_str get_int get_float",
  world: "getval kvlookup schedule",
  "embedded/provisioner":
    "cli_interface cli_network cli_router cli_prefix cli_distro cli_version cli_arch cli_flavour cli_mirror cli_rsync " +
    "cli_mac cli_ip cli_part cli_handoff_exec cli_handoff_code cli_handoff_module_path cli_handoff_hostname " +
    "cli_bmc_uri cli_password cli_firewalld cli_bios cli_luks check cli_dns cli_packages",
};
