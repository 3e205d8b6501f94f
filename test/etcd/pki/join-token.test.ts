import { expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { Authority } from "../../../etcd/pki/authority.ts";
import { decodeToken, encodeToken, pinOf, tokenId } from "../../../etcd/pki/join-token.ts";
import { PkiError } from "../../../etcd/pki/pki-error.ts";

const authority = await Authority.create();
const secret = crypto.getRandomValues(new Uint8Array(32));
const token = {
  urls: ["https://10.0.0.1:2378", "https://[2001:db8::1]:2378", "https://h1.example:2378"],
  pin: pinOf(authority.root),
  role: "server",
  secret,
} as const;
const text = encodeToken(token);

function problem(line: string): string {
  try {
    decodeToken(line);
  } catch (error) {
    if (error instanceof PkiError && error.code === "bad-token") return error.message;
    throw error;
  }
  throw new Error("it was taken");
}

test("a token says what it was made of, also after it was pasted over several lines", () => {
  expect(text).toMatch(/^mgmt1\.[\w-]+$/);
  expect(decodeToken(text)).toEqual(token);
  expect(decodeToken(` "${text.slice(0, 80)}\n  ${text.slice(80)}"\n`)).toEqual(token);
  const agent = { ...token, urls: [], role: "agent" } as const;
  expect(decodeToken(encodeToken(agent))).toEqual(agent);
  expect(tokenId(secret)).toBe(createHash("sha256").update(secret).digest("hex"));
});

test("one that is cut off says so, wherever it is cut", () => {
  for (let length = "mgmt1.".length; length < text.length; length++)
    expect(problem(text.slice(0, length))).toContain("cut off");
});

test("one that is mistyped says so, whatever the character", () => {
  for (let at = "mgmt1.".length; at < text.length; at++) {
    const other = text[at] === "A" ? "B" : "A";
    expect(problem(text.slice(0, at) + other + text.slice(at + 1))).toMatch(/mistyped|cut off/);
  }
  expect(problem(`${text}A`)).toContain("mistyped");
  expect(problem(`${text.slice(0, 50)}ä${text.slice(51)}`)).toContain("mistyped");
});

test("what is no token at all says so, and how to get one", () => {
  expect(problem("")).toContain("empty");
  expect(problem("hello")).toContain("does not begin with mgmt1.");
  expect(problem("mgmt2.AAAA")).toContain("newer version");
  expect(problem("hello")).toContain("mgmt cluster token");
});

test("what is said of a bad token tells nothing of it", () => {
  const bad = `${text.slice(0, -1)}${text.endsWith("A") ? "B" : "A"}`;
  const told = problem(text.slice(0, 120)) + problem(bad.slice(0, -5));
  expect(told).not.toContain(text.slice(6, 40));
});
