import { expect, test } from "bun:test";
import { printListenAddress, readListenAddress } from "../../../src/agent/metrics/listen-address.ts";

test.each([
  ["127.0.0.1:9233", { hostname: "127.0.0.1", port: 9233 }],
  [":45001", { hostname: undefined, port: 45001 }],
  ["[::1]:9233", { hostname: "::1", port: 9233 }],
  ["localhost:0", { hostname: "localhost", port: 0 }],
  ["[::]:65535", { hostname: "::", port: 65535 }],
])("%s", (text, address) => {
  expect(readListenAddress(text)).toEqual(address);
  expect(printListenAddress(address)).toBe(text);
});

test.each([
  "",
  "9233",
  "127.0.0.1",
  "127.0.0.1:",
  "127.0.0.1:x",
  "127.0.0.1:65536",
  "::1:9233",
  "http://a:1",
  "a b:1",
])("not `%s`", (text) => expect(readListenAddress(text)).toBeUndefined());
