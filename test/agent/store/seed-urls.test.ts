import { expect, test } from "bun:test";
import { openSeeds, readSeeds } from "../../../src/agent/store/seed-urls.ts";

test("servers are named in several ways", () => {
  expect(
    readSeeds([
      "http://127.0.0.1:2379,https://[::1]:1;unix:///a/b unixs:///c",
      "http://h.example:80/",
      "http://h.example:80",
      "",
    ]),
  ).toEqual(["http://127.0.0.1:2379", "https://[::1]:1", "unix:///a/b", "unixs:///c", "http://h.example:80"]);
});

test.each([
  ["localhost:2379", "is no URL of a server"],
  ["http://h", "host and port"],
  ["http://h:1/path", "without a path"],
  ["http://u@h:1", "host and port"],
  ["http://::1:2379", "host and port"],
  ["unix://relative", "the path of a socket is absolute"],
  ["ftp://h:1", "not by `ftp`"],
])("%p is none", (text, message) => {
  expect(() => readSeeds([text])).toThrow(message);
});

test("the open ones are those that go by http to other machines", () => {
  const closed = ["http://localhost:1", "http://127.1.2.3:1", "http://[::1]:1", "https://h:1", "unix:///x"];
  expect(openSeeds([...closed, "http://h:1"])).toEqual(["http://h:1"]);
});
