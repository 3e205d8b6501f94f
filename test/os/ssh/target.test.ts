import { expect, test } from "bun:test";
import { parseSeed } from "../../../src/os/ssh/seed.ts";
import { parseSshTarget } from "../../../src/os/ssh/target.ts";

const key = "AAAAC3NzaC1lZDI1NTE5AAAAIIDsMdHqEhMg2L0qa+NuPXBYgyMfpQRaZyUDXgfQoIgr";

const nothing = { user: undefined, port: undefined, hostKey: undefined };

test.each([
  ["host", { host: "host" }],
  ["ssh://host", { host: "host" }],
  ["SSH://ada@host.example:2222/", { user: "ada", host: "host.example", port: 2222 }],
  ["ada@corp@host", { user: "ada@corp", host: "host" }],
  ["a%40b@host", { user: "a@b", host: "host" }],
  ["host:", { host: "host" }],
  ["[::1]", { host: "::1" }],
  ["root@[fe80::1%eth0]:22", { user: "root", host: "fe80::1%eth0", port: 22 }],
  [`h?hostkey=${key}`, { host: "h", hostKey: key }],
  [`ssh://h:1/?hostkey=${encodeURIComponent(key)}`, { host: "h", port: 1, hostKey: key }],
])("%s is a target", (text, parts) => {
  expect(parseSshTarget(text)).toEqual({ ...nothing, ...parts });
});

test.each([
  ["", "no host"],
  ["ada@", "must be [ssh://]"],
  ["http://host", "the scheme must be ssh, not http"],
  ["ada:secret@host", "password"],
  ["host:0", "1 to 65535, not 0"],
  ["host:70000", "1 to 65535"],
  ["host:x", "must be [ssh://]"],
  ["::1", "in brackets"],
  ["host/path", "must be [ssh://]"],
  ["two words", "must be [ssh://]"],
  ["host?key=1", "not by key"],
  ["host?hostkey=xyz", "public key in base64"],
  [`host?hostkey=${key}&hostkey=${key}`, "two host keys"],
])("%p is none", (text, flaw) => {
  expect(parseSshTarget(text)).toEqual({ flaw: expect.stringContaining(flaw) });
});

test("seeds are servers with a port", () => {
  expect(parseSeed("http://127.0.0.1")).toEqual({
    url: "http://127.0.0.1:2379",
    isSecure: false,
    host: "127.0.0.1",
    port: 2379,
  });
  expect(parseSeed("https://[::1]:99/")).toEqual({
    url: "https://[::1]:99",
    isSecure: true,
    host: "::1",
    port: 99,
  });
  for (const text of [
    "unix:///x",
    "http://a@b",
    "http://a/b",
    "http://a:0",
    "http://a:99999",
    "a:1",
    "http://",
  ])
    expect(() => parseSeed(text), text).toThrow("as the SSH host sees it");
});
