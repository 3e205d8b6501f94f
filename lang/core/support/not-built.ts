/**
 * Functions of the standard library that do not exist yet, by module. Whoever calls one is told so, instead of being
 * told that there is no such function.
 */
export const notBuilt: Readonly<Record<string, string>> = {
  "golang/html": "escape_string unescape_string",
  "golang/math":
    "abs acos acosh asin asinh atan atanh cbrt ceil cos cosh erf erfc erfcinv erfinv exp exp_2 expm_1 floor gamma j_0 " +
    "j_1 log log_10 log_1_p log_2 logb round round_to_even sin sinh sqrt tan tanh trunc y_0 y_1 atan_2 copysign dim " +
    "fma hypot ilogb inf is_inf is_na_n na_n jn yn ldexp max min mod nextafter pow pow_10 remainder signbit",
  "golang/math/rand": "exp_float_64 float_64 int int_63 int_63_n intn norm_float_64 read",
  "golang/os":
    "executable expand_env getegid geteuid getgid getpagesize getpid getppid getuid getenv getwd hostname mkdir_temp " +
    "read_file readlink temp_dir user_cache_dir user_config_dir user_home_dir",
  "golang/os/exec": "look_path",
  "golang/path": "base clean dir ext is_abs join match",
  "golang/path/filepath":
    "base clean dir ext is_abs join match abs eval_symlinks from_slash to_slash has_prefix is_local localize rel volume_name",
  "golang/runtime":
    "version goroot num_cpu gomaxprocs num_goroutine num_cgo_call set_mutex_profile_fraction stack read_trace cpu_profile",
  "golang/strconv":
    "append_bool append_int append_quote append_quote_to_ascii append_quote_to_graphic atoi parse_int parse_float " +
    "parse_bool format_bool format_int itoa quote quote_to_ascii quote_to_graphic unquote quoted_prefix can_backquote",
};
