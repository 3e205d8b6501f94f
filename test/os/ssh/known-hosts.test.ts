import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { judge, knownTypes, namesInFiles, parseKnownHosts } from "../../../src/os/ssh/known-hosts.ts";
import { matches, matchesAny } from "../../../src/os/ssh/patterns.ts";
import { withPrograms } from "../../support/needs.ts";
import { SshHome } from "./support/ssh-host.ts";

/** A key of a type, which differs by its number. */
function keyOf(number: number, type = "ssh-ed25519"): string {
  const [name, rest] = [Buffer.from(type), Buffer.alloc(36, number)];
  const length = Buffer.alloc(4);
  length.writeUInt32BE(name.length);
  return Buffer.concat([length, name, rest]).toString("base64");
}

const line = (hosts: string, number: number, type = "ssh-ed25519"): string =>
  `${hosts} ${type} ${keyOf(number, type)} comment\n`;

function outcome(text: string, host: string, port: number, number: number, type?: string): string {
  return judge(parseKnownHosts(text, "known"), namesInFiles(host, port), keyOf(number, type)).outcome;
}

test("a host is known by name, by pattern, and by its port", () => {
  const text = `# a comment\n\nnonsense\nhost bad AAAA\n${line("web,*.example,!no.example", 1)}${line("[web]:2222", 2)}`;
  expect(parseKnownHosts(text, "known").map(({ place }) => place)).toEqual(["known:5", "known:6"]);
  for (const host of ["web", "WEB", "a.example", "a.b.example"])
    expect(outcome(text, host, 22, 1)).toBe("known");
  for (const host of ["no.example", "web2", "example"]) expect(outcome(text, host, 22, 1)).toBe("unknown");
  expect(outcome(text, "web", 2222, 2)).toBe("known");
  expect(outcome(text, "web", 2222, 1)).toBe("changed");
  expect(outcome(text, "web", 22, 2)).toBe("changed");
});

test("at another port the key of the usual one will do, but another key is merely unknown", () => {
  expect(outcome(line("web", 1), "web", 2222, 1)).toBe("known");
  expect(outcome(line("web", 1), "web", 2222, 2)).toBe("unknown");
});

test("one of several keys is enough, and a key of another type is a change", () => {
  const text = line("web", 1) + line("web", 2, "ssh-rsa");
  expect(outcome(text, "web", 22, 2, "ssh-rsa")).toBe("known");
  expect(outcome(text, "web", 22, 3, "ecdsa-sha2-nistp256")).toBe("changed");
  expect(knownTypes(parseKnownHosts(text, ""), namesInFiles("web", 22))).toEqual(["ssh-ed25519", "ssh-rsa"]);
  expect(knownTypes(parseKnownHosts(text, ""), namesInFiles("web", 99))).toEqual(["ssh-ed25519", "ssh-rsa"]);
  expect(knownTypes(parseKnownHosts(text, ""), namesInFiles("other", 22))).toEqual([]);
});

test("what is revoked counts first, an authority last", () => {
  const revoked = `${line("web", 1)}@revoked ${line("*", 1)}`;
  expect(outcome(revoked, "web", 22, 1)).toBe("revoked");
  const authority = `@cert-authority ${line("*.example", 1)}${line("known.example", 2)}`;
  expect(outcome(authority, "a.example", 22, 1)).toBe("authority");
  expect(outcome(authority, "known.example", 22, 2)).toBe("known");
  expect(outcome(`@other ${line("web", 1)}`, "web", 22, 1)).toBe("unknown");
});

withPrograms("ssh-keygen")("names that are hashed", () => {
  using home = new SshHome();
  const file = home.write("known_hosts", line("web", 1) + line("[web]:2222", 2));
  expect(Bun.spawnSync(["ssh-keygen", "-q", "-H", "-f", file]).success).toBe(true);
  const text = readFileSync(file, "utf8");
  expect(text).not.toContain("web");
  expect(outcome(text, "web", 22, 1)).toBe("known");
  expect(outcome(text, "web", 22, 2)).toBe("changed");
  expect(outcome(text, "web", 2222, 2)).toBe("known");
  expect(outcome(text, "other", 22, 1)).toBe("unknown");
  expect(outcome(line("|1|x|y", 1) + line("|1|", 1), "web", 22, 1)).toBe("unknown");
});

test("patterns match like the regular expressions that they stand for", () => {
  const pattern = fc
    .array(fc.constantFrom("a", "b", "*", "?"), { maxLength: 8 })
    .map((each) => each.join(""));
  const name = fc.array(fc.constantFrom("a", "b"), { maxLength: 10 }).map((each) => each.join(""));
  fc.assert(
    fc.property(pattern, name, (wanted, text) => {
      const expression = new RegExp(`^${wanted.replaceAll("*", ".*").replaceAll("?", ".")}$`);
      return matches(wanted, text) === expression.test(text);
    }),
  );
  expect(matchesAny(["!a*", "*"], "ab")).toBe(false);
  expect(matchesAny(["!a*"], "b")).toBe(false);
  expect(matches(`${"*a".repeat(40)}b`, "a".repeat(2000))).toBe(false);
});
