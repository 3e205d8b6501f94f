/** The whole standard library by name and signature, as the functions specification lists it. */
import { expect, test } from "bun:test";
import { coreFunctions } from "../../../lang/core/index.ts";
import { printType } from "../../../lang/types/type.ts";

/** By module; where the signature depends on the call, its general form. */
const signatures: Readonly<Record<string, string>> = {
  "": `
    concat(a str, b str) str
    contains(needle ?1, haystack []?1) bool
    len(value ?1) int
    list_lookup(list []?1, index int) ?1
    map_lookup(map map{?1: ?2}, key ?1) ?2
    history(value ?1, index int) ?1
    random1(length int) str
    panic(x ?1) bool
    panic_debug(x bool, err str) bool`,
  convert: `
    format_bool(a bool) str
    parse_bool(a str) bool
    int_to_str(a int) str
    str_to_int(a str) int
    str_to_float(a str) float
    to_float(a int) float
    to_int(a float) int`,
  datetime: `
    now() int
    str_now() str
    weekday_fast() str
    print(a int) str
    format(a int, b str) str
    hour(a int) int
    weekday(a int) str`,
  deploy: `
    abspath(path str) str
    readfile(filename str) str
    readfileabs(filename str) str
    file_exists(filename str) bool
    directory(directory str) str
    binary_path() str
    bootstrap_packages(distro str) []str`,
  "embedded/provisioner": `
    cli_interface() str
    cli_network() str
    cli_router() str
    cli_prefix() str
    cli_distro() str
    cli_version() str
    cli_arch() str
    cli_flavour() str
    cli_mirror() str
    cli_rsync() str
    cli_mac() str
    cli_ip() str
    cli_part() str
    cli_handoff_exec() str
    cli_handoff_code() str
    cli_handoff_module_path() str
    cli_handoff_hostname() str
    cli_bmc_uri() str
    cli_password() str
    cli_firewalld() bool
    cli_bios() bool
    cli_luks() bool
    check() bool
    cli_dns() []str
    cli_packages() []str`,
  encoding: `
    base64_encode(data str) str
    base64_decode(data str) str
    decode_json(data str, type str) ?1
    decode_json_flexible(data str, type str) ?1`,
  example: `
    answer() int
    errorbool(a bool) str
    flipflop() bool
    int2str(a int) str
    plus(y str, z str) str
    str2int(a str) int
    vumeter(symbol str, multiplier int, peak float) str`,
  "example/nested": "hello() str",
  fmt: "printf(format str, a ?1) str",
  golang: "template(template str, vars ?1) str",
  iter: `
    map(inputs []?1, function func(element ?1) ?2) []?2
    filter(inputs []?1, function func(element ?1) bool) []?1
    reduce(initval ?1, inputs []?1, function func(accumulator ?1, element ?1) ?1) ?1
    zip(inputs1 []?1, inputs2 []?2, function func(first ?1, second ?2) ?3) []?3
    flatten(inputs [][]?1) []?1
    range(start int, stop int, step int) []int`,
  list: `
    concat(lists []?1) []?1
    lookup(list []?1, index int) ?1`,
  local: `
    pool(namespace str, uid str) int
    vardir(path str) str`,
  map: `
    keys(x map{?1: ?2}) []?1
    values(x map{?1: ?2}) []?2
    lookup(map map{?1: ?2}, key ?1) ?2`,
  math: `
    fortytwo() ?1
    minus1(x int) int
    mod(x ?1, y ?1) ?1
    pow(x float, y float) float
    sqrt(x float) float`,
  net: `
    cidr_to_ip(a str) str
    cidr_to_prefix(a str) str
    cidr_to_mask(a str) str
    cidr_to_network(a str) str
    cidr_to_first(a str) str
    cidr_to_last(a str) str
    ip_in_cidr(ip str, cidr str) bool
    is_mac(a str) bool
    macfmt(a str) str
    oldmacfmt(a str) str
    split_hostport(hostport str) struct{host str; port str}
    url_parser(url str) struct{scheme str; host str; path str; raw_query str}
    macs() []str
    wired_interface() str
    interface_cidr(interface str) str`,
  "net/http": "response(uid str) struct{status int; output str}",
  os: `
    args() []str
    readfile(filename str) str
    file_exists(filename str) bool
    system(cmd str) str
    user_exists(user str) bool
    modinfo_loaded(module str) bool
    home(user str) str
    uid(user str) str
    expand_home(path str) str
    parse_distro_uid(uid str) struct{distro str; version str; arch str}
    release() struct{id str; variant_id str; version_id str}
    family() str
    is_family_redhat() bool
    is_family_debian() bool
    is_family_archlinux() bool
    is_virtual() bool`,
  regexp: "match(pattern str, s str) bool",
  strings: `
    contains(s str, substr str) bool
    has_prefix(s str, prefix str) bool
    has_suffix(s str, suffix str) bool
    join_nonempty(s []str, sep str) str
    left_pad(s str, pad str, len int) str
    right_pad(s str, pad str, len int) str
    replace_all(s str, old str, new str) str
    split(a str, b str) []str
    substr(s str, low int, high int) str
    to_lower(a str) str
    to_upper(a str) str
    trim_space(a str) str`,
  sys: `
    hostname() str
    uptime() int
    load() struct{x1 float; x5 float; x15 float}
    cpu_count() int
    getenv(name str) str
    hasenv(name str) bool
    env() map{str: str}`,
  "sys/fwupd": "reboot_needed() bool",
  test: `
    fastcount() int
    forloop() []str
    forkvloop() map{str: str}
    one_instance_a() str
    one_instance_b() str
    one_instance_c() str
    one_instance_d() str
    one_instance_e() str
    one_instance_f() str
    one_instance_g() str
    one_instance_h() str
    one_stream(count int) str
    slow_string() str`,
  util: "hostname_mapper(map map{str: str}) str",
  value: `
    get(key str) struct{value ?1; ready bool}
    get_bool(key str) struct{value bool; ready bool}
    get_str(key str) struct{value str; ready bool}
    get_int(key str) struct{value int; ready bool}
    get_float(key str) struct{value float; ready bool}`,
  world: `
    getval(key str) struct{value str; exists bool}
    kvlookup(namespace str) map{str: str}
    schedule(namespace str) []str`,
  "world/collect": "res(kind str) []struct{name str; host str}",
  "golang/html": `
    escape_string(s str) str
    unescape_string(s str) str`,
  "golang/math": `${"abs acos acosh asin asinh atan atanh cbrt ceil cos cosh erf erfc erfcinv erfinv exp exp_2 expm_1 floor gamma j_0 j_1 log log_10 log_1_p log_2 logb round round_to_even sin sinh sqrt tan tanh trunc y_0 y_1".replace(/\S+ ?/g, (name) => `${name.trim()}(x float) float\n`)}
    atan_2(y float, x float) float
    copysign(f float, sign float) float
    dim(x float, y float) float
    fma(x float, y float, z float) float
    hypot(p float, q float) float
    ilogb(x float) int
    inf(sign int) float
    is_inf(f float, sign int) bool
    is_na_n(f float) bool
    na_n() float
    jn(n int, x float) float
    yn(n int, x float) float
    ldexp(frac float, exp int) float
    max(x float, y float) float
    min(x float, y float) float
    mod(x float, y float) float
    nextafter(x float, y float) float
    pow(x float, y float) float
    pow_10(n int) float
    remainder(x float, y float) float
    signbit(x float) bool`,
  // `int` is a keyword, so that nobody could call it.
  "golang/math/rand": `
    exp_float_64() float
    float_64() float
    int_63() int
    int_63_n(n int) int
    intn(n int) int
    norm_float_64() float
    read(p str) int`,
  "golang/os": `
    executable() str
    expand_env(s str) str
    getegid() int
    geteuid() int
    getgid() int
    getpagesize() int
    getpid() int
    getppid() int
    getuid() int
    getenv(key str) str
    getwd() str
    hostname() str
    mkdir_temp(dir str, pattern str) str
    read_file(name str) str
    readlink(name str) str
    temp_dir() str
    user_cache_dir() str
    user_config_dir() str
    user_home_dir() str`,
  "golang/os/exec": "look_path(file str) str",
  "golang/path": `
    base(path str) str
    clean(path str) str
    dir(path str) str
    ext(path str) str
    is_abs(path str) bool
    join(elem []str) str
    match(pattern str, name str) bool`,
  "golang/path/filepath": `
    base(path str) str
    clean(path str) str
    dir(path str) str
    ext(path str) str
    is_abs(path str) bool
    join(elem []str) str
    match(pattern str, name str) bool
    abs(path str) str
    eval_symlinks(path str) str
    from_slash(path str) str
    to_slash(path str) str
    has_prefix(p str, prefix str) bool
    is_local(path str) bool
    localize(path str) str
    rel(basepath str, targpath str) str
    volume_name(path str) str`,
  "golang/runtime": `
    version() str
    goroot() str
    num_cpu() int
    gomaxprocs(n int) int
    num_goroutine() int
    num_cgo_call() int
    set_mutex_profile_fraction(rate int) int
    stack(buf str, all bool) int
    read_trace() str
    cpu_profile() str`,
  "golang/strconv": `
    append_bool(dst str, b bool) str
    append_int(dst str, i int, base int) str
    append_quote(dst str, s str) str
    append_quote_to_ascii(dst str, s str) str
    append_quote_to_graphic(dst str, s str) str
    atoi(s str) int
    parse_int(s str, base int, bitSize int) int
    parse_float(s str, bitSize int) float
    parse_bool(str str) bool
    format_bool(b bool) str
    format_int(i int, base int) str
    itoa(i int) str
    quote(s str) str
    quote_to_ascii(s str) str
    quote_to_graphic(s str) str
    unquote(s str) str
    quoted_prefix(s str) str
    can_backquote(s str) bool`,
  "golang/strings": `
    clone(s str) str
    compare(a str, b str) int
    contains(s str, substr str) bool
    contains_any(s str, chars str) bool
    has_prefix(s str, prefix str) bool
    has_suffix(s str, suffix str) bool
    equal_fold(s str, t str) bool
    count(s str, substr str) int
    index(s str, substr str) int
    index_any(s str, chars str) int
    last_index(s str, substr str) int
    last_index_any(s str, chars str) int
    join(elems []str, sep str) str
    repeat(s str, count int) str
    replace(s str, old str, new str, n int) str
    replace_all(s str, old str, new str) str
    title(s str) str
    to_lower(s str) str
    to_upper(s str) str
    to_title(s str) str
    to_valid_utf_8(s str, replacement str) str
    trim(s str, cutset str) str
    trim_left(s str, cutset str) str
    trim_right(s str, cutset str) str
    trim_prefix(s str, prefix str) str
    trim_suffix(s str, suffix str) str
    trim_space(s str) str`,
};

test("every function of the specification is there, with its signature, and no other", () => {
  const expected = Object.entries(signatures).flatMap(([module, lines]) =>
    lines
      .split("\n")
      .filter((line) => line.trim() !== "")
      .map((line) => `${module}.${line.trim()}`),
  );
  const declared = coreFunctions().map(({ module, name, args, returns }) => {
    const parameters = args.map((each) => `${each.name} ${printType(each.type)}`).join(", ");
    return `${module}.${name}(${parameters}) ${printType(returns)}`;
  });
  expect(declared.toSorted()).toEqual(expected.toSorted());
});
