import { describe, expect, test } from "bun:test";
import { type ImportPath, readImportPath } from "../../../lang/modules/import-path.ts";

describe("what an import asks for", () => {
  const cases: readonly (readonly [text: string, kind: ImportPath["kind"], alias: string])[] = [
    ["fmt", "core", "fmt"],
    ["golang/strings", "core", "strings"],
    ["world/collect", "core", "collect"],
    ["web.mcl", "file", "web"],
    ["dir/web.mcl", "file", "web"],
    ["../web.mcl", "file", "web"],
    ["dir/mgmt-web.mcl", "file", "web"],
    ["lib/dns/", "directory", "dns"],
    ["../dns/", "directory", "dns"],
    ["lib/My-Tool/", "directory", "my_tool"],
    ["lib/mgmt-/", "invalid", ""],
    ["lib/mgmt/", "directory", "mgmt"],
    ["git://host.example/me/mgmt-dns/", "remote", "dns"],
    ["git://h/u/mgmt-My-Tool", "remote", "my_tool"],
    ["https://host.example:8443/u/tool/?ref=x#y", "remote", "tool"],
    ["git+ssh://git@host.example/u/tool.mcl", "remote", "tool.mcl"],
  ];
  test.each(cases)("%s", (text, kind, alias) => {
    const path = readImportPath(text);
    expect(path.kind).toBe(kind);
    expect(path.kind === "invalid" ? "" : path.alias).toBe(alias);
  });

  const invalid: readonly (readonly [text: string, reason: string])[] = [
    ["", "empty"],
    ["/fmt", "absolute"],
    ["/", "absolute"],
    ["git://host.example", "empty"],
    ["git://host.example/", "empty"],
    ["a//b", "`a/b`"],
    ["./a", "`a`"],
    ["./a.mcl", "`a.mcl`"],
    ["a/../b", "`b`"],
    ["a/./", "`a/`"],
    ["lib//", "`lib/`"],
    ["git:////x", "`/x`"],
    ["git://h/a/../b/", "`/b/`"],
    ["-foo/", "no name"],
    ["foo-/", "no name"],
    ["lib/_foo", "no name"],
    ["foo_.mcl", "no name"],
    ["../", "no name"],
    ["a%zz", "neither a path nor a URL"],
    [":x", "neither a path nor a URL"],
    ["a\nb", "neither a path nor a URL"],
    ["git:../x", "`..`"],
    ["git://../x", "`..`"],
    ["git://h/x/.git/hooks/", "`.git`"],
    ["ssh://-oProxyCommand=x/y", "`-oProxyCommand=x`"],
    ["ssh://-o@h/y", "`-o@h`"],
  ];
  test.each(invalid)("%j is not valid", (text, reason) => {
    const path = readImportPath(text);
    if (path.kind !== "invalid") throw new Error("it was taken for valid");
    expect(path.reason).toContain(reason);
  });

  const remote: readonly (readonly [text: string, url: string, directory: string])[] = [
    ["git://h.example/me/mgmt-dns/", "git://h.example/me/mgmt-dns/", "h.example/me/mgmt-dns/"],
    ["git://h/x", "git://h/x", "h/x/"],
    ["https://me:secret@h:8443/u/tool/?ref=x#y", "https://me:secret@h:8443/u/tool/", "h/u/tool/"],
    ["https://h/x#a?b", "https://h/x", "h/x/"],
    ["ssh://[::1]:22/x", "ssh://[::1]:22/x", "[::1]/x/"],
    ["file:///srv/git/dns", "file:///srv/git/dns", "srv/git/dns/"],
    ["git:srv/dns", "git:srv/dns", "srv/dns/"],
  ];
  test.each(remote)("where %s is", (text, url, directory) => {
    expect(readImportPath(text)).toMatchObject({ kind: "remote", url, directory });
  });
});
