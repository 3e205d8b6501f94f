import { describe, expect, test } from "bun:test";
import { print, StructValue, type Value } from "../../../lang/value.ts";
import { outcome } from "./call.ts";

function table(rows: readonly [name: string, args: readonly Value[], expected: string][]): void {
  for (const [name, args, expected] of rows) {
    test(`${name}(${args.map(print).join(", ")})`, () => {
      expect(outcome(`net.${name}`, args)).toBe(expected);
    });
  }
}

const noCidr = (text: string) => `CatchableError: invalid CIDR address: ${print(text)}`;

describe("addresses with a prefix length", () => {
  table([
    ["cidr_to_ip", [" 10.0.0.7/8\n"], '"10.0.0.7"'],
    ["cidr_to_ip", ["2001:DB8:0:0:1::0/64"], '"2001:db8:0:0:1::"'],
    ["cidr_to_ip", ["::ffff:10.0.0.1/104"], '"10.0.0.1"'],
    ["cidr_to_ip", ["10.0.0.7/08"], '"10.0.0.7"'],
    ["cidr_to_ip", ["10.0.0.7/000000000000000008"], '"10.0.0.7"'],
    ["cidr_to_prefix", ["10.0.0.7/08"], '"8"'],
    ["cidr_to_ip", ["::/0"], '"::"'],
    ["cidr_to_ip", ["1:2:3:4:5:6:7:0/64"], '"1:2:3:4:5:6:7:0"'],
    ...[
      "",
      "10.0.0.7",
      "10.0.0.7/33",
      "10.0.0.07/8",
      "10.0.0/8",
      "10.0.0.256/8",
      "::/129",
      "1::2::3/64",
      "1:2:3:4:5:6:7/64",
      "1:2:3:4:5:6:7:8:9/64",
      "1:2:3:4:5:6:7::8/64",
      ":1::2/64",
      "fe80::1%eth0/64",
      "12345::/16",
      "1.2.3.4::/64",
      "a/8",
    ].map((text): [string, Value[], string] => ["cidr_to_ip", [text], noCidr(text)]),
    ["cidr_to_prefix", ["10.0.0.7/8"], '"8"'],
    ["cidr_to_mask", ["10.0.0.7/8"], '"255.0.0.0"'],
    ["cidr_to_mask", ["10.0.0.7/0"], '"0.0.0.0"'],
    ["cidr_to_mask", ["::1/32"], '"ffff:ffff::"'],
    ["cidr_to_network", ["10.1.2.3/8"], '"10.0.0.0/8"'],
    ["cidr_to_network", ["10.1.2.3/31"], '"10.1.2.2/31"'],
    ["cidr_to_network", ["2001:db8::1/32"], '"2001:db8::/32"'],
    ["cidr_to_network", ["::ffff:10.1.2.3/104"], '"10.0.0.0/8"'],
    ["cidr_to_first", ["10.0.0.0/8"], '"10.0.0.1"'],
    ["cidr_to_first", ["10.0.0.7/8"], '"10.0.0.8"'],
    ["cidr_to_first", ["10.0.0.0/08"], noCidr("10.0.0.0/08")],
    ["cidr_to_first", [" 10.0.0.0/8"], noCidr(" 10.0.0.0/8")],
    ["cidr_to_first", ["10.0.0.1/32"], 'CatchableError: no next address in "10.0.0.1/32"'],
    ["cidr_to_first", ["255.255.255.255/0"], 'CatchableError: no next address in "255.255.255.255/0"'],
    ["cidr_to_first", ["2001:db8::/32"], '"2001:db8::1"'],
    ["cidr_to_last", ["10.0.0.7/8"], '"10.255.255.255"'],
    ["cidr_to_last", ["2001:db8::/126"], '"2001:db8::3"'],
    ["ip_in_cidr", ["10.1.1.1", "10.0.0.0/8"], "true"],
    ["ip_in_cidr", ["11.1.1.1", "10.0.0.0/8"], "false"],
    ["ip_in_cidr", ["::1", "10.0.0.0/8"], "false"],
    ["ip_in_cidr", ["::ffff:10.1.1.1", "10.0.0.0/8"], "true"],
    ["ip_in_cidr", ["::1%lo", "::/0"], 'CatchableError: invalid IP address: "::1%lo"'],
    ["ip_in_cidr", ["10.0.0.1", "10.0.0.0"], noCidr("10.0.0.0")],
  ]);
});

describe("hardware addresses", () => {
  table([
    ["is_mac", ["0a:00:00:00:00:01"], "true"],
    ["is_mac", ["0A:00:00:00:00:01"], "false"],
    ["is_mac", ["0a:00:00:00:00:01:02"], "false"],
    ["is_mac", ["0a:00:00:00:00:01\n"], "false"],
    ["macfmt", ["0A-00-00-00-00-01"], '"0a:00:00:00:00:01"'],
    ["oldmacfmt", ["0A:00:00:00:00:01"], '"0a-00-00-00-00-01"'],
    ["macfmt", ["0a:00-00:00:00:01"], 'CatchableError: invalid hardware address: "0a:00-00:00:00:01"'],
    ["macfmt", ["0a:00"], 'CatchableError: invalid hardware address: "0a:00"'],
  ]);
});

describe("host and port", () => {
  const pair = (host: string, port: string) => print(new StructValue(["host", "port"], [host, port]));
  table([
    ["split_hostport", ["example.com:80"], pair("example.com", "80")],
    ["split_hostport", ["[::1]:80"], pair("::1", "80")],
    ["split_hostport", ["[fe80::1%eth0]:http"], pair("fe80::1%eth0", "http")],
    ["split_hostport", [":80"], pair("", "80")],
    ["split_hostport", ["host:"], pair("host", "")],
    ...["host", "::1:80", "[::1]", "[::1]80", "[::1:80", "a]b:80", "[a[b]:80", ""].map(
      (text): [string, Value[], string] => [
        "split_hostport",
        [text],
        `CatchableError: invalid host and port: ${print(text)}`,
      ],
    ),
  ]);
});

describe("URLs", () => {
  const parts = (...values: string[]) =>
    print(new StructValue(["scheme", "host", "path", "raw_query"], values));
  table([
    ["url_parser", ["HTTP://H:1/a%20b?q=1"], parts("http", "H:1", "/a b", "q=1")],
    ["url_parser", ["http://user:pass@host/a/../b#frag"], parts("http", "host", "/a/../b", "")],
    ["url_parser", ["http://host"], parts("http", "host", "", "")],
    ["url_parser", ["http://host?a=%20&b"], parts("http", "host", "", "a=%20&b")],
    ["url_parser", ["http://[::1]:80/x"], parts("http", "[::1]:80", "/x", "")],
    ["url_parser", ["mailto:x@y"], parts("mailto", "", "", "")],
    ["url_parser", ["file:///etc/x"], parts("file", "", "/etc/x", "")],
    ["url_parser", ["http://h/%C3%A9%ff"], parts("http", "h", "/é\udcff", "")],
    ["url_parser", ["http://bücher/"], parts("http", "bücher", "/", "")],
    ["url_parser", ["/path"], 'CatchableError: URL has no scheme: "/path"'],
    ["url_parser", [""], 'CatchableError: URL has no scheme: ""'],
    ["url_parser", [":x"], 'CatchableError: invalid URL ":x": missing protocol scheme'],
    ["url_parser", ["http://h/%zz"], 'CatchableError: invalid URL "http://h/%zz": invalid URL escape "%zz"'],
    [
      "url_parser",
      ["http://h:a/"],
      'CatchableError: invalid URL "http://h:a/": invalid port ":a" after host',
    ],
    ["url_parser", ["http://[::1/"], `CatchableError: invalid URL "http://[::1/": missing ']' in host`],
    [
      "url_parser",
      ["http://a b/"],
      'CatchableError: invalid URL "http://a b/": invalid character in host name',
    ],
    ["url_parser", ["http://h/#\n"], parts("http", "h", "/", "")],
    ["url_parser", ["http://[fe80::1%25eth0]:80/"], parts("http", "[fe80::1%eth0]:80", "/", "")],
    ["url_parser", ["http://[fe80::1%25a%20b]/"], parts("http", "[fe80::1%a b]", "/", "")],
    ["url_parser", ["http://[::ffff:1.2.3.4]/"], parts("http", "[::ffff:1.2.3.4]", "/", "")],
    ...["[1.2.3.4]", "[a]", "[]", "[fe80::1%eth0]", "[::1%25]", "a[::1]", "[[::1]"].map(
      (host): [string, Value[], string] => [
        "url_parser",
        [`http://${host}`],
        `CatchableError: invalid URL "http://${host}": no IPv6 address in brackets`,
      ],
    ),
    ["url_parser", ["http://h/\n"], 'CatchableError: invalid URL "http://h/\\n": invalid control character'],
  ]);
});
