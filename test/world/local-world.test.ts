import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { localWorld } from "../../src/world/local.ts";
import { Told, testSharedWorld } from "./shared-world.ts";

testSharedWorld("a local world", async () => {
  const prefix = mkdtempSync(join(tmpdir(), "mgmt-world-"));
  return {
    world: localWorld(prefix),
    reopen: async () => localWorld(prefix),
    close: () => rm(prefix, { recursive: true }),
  };
});

describe("on disk", () => {
  let prefix: string;
  beforeEach(() => {
    prefix = mkdtempSync(join(tmpdir(), "mgmt-world-"));
  });
  afterEach(() => rmSync(prefix, { recursive: true }));

  function write(path: string, text: string): void {
    mkdirSync(dirname(join(prefix, path)), { recursive: true });
    writeFileSync(join(prefix, path), text);
  }

  test("there is nothing before something is set", async () => {
    const { strings, hostStrings, schedules } = localWorld(prefix);
    await strings.get("a");
    await strings.delete("a");
    await hostStrings.get("a");
    await hostStrings.delete("a", "b");
    await schedules.withdraw("a", "b");
    await schedules.register("a", "b", { strategy: "rr", max: 1, persist: false });
    expect(readdirSync(prefix)).toEqual([]);
  });

  test("texts are in files that hold nothing else, for the owner only", async () => {
    const { strings, hostStrings } = localWorld(prefix);
    await strings.set("leader", "h1\n");
    await strings.set("a/b", "text");
    await hostStrings.set("ips", "h1.example.com", "192.0.2.1");
    expect(readFileSync(join(prefix, "local/string/leader"), "utf8")).toBe("h1\n");
    expect(readFileSync(join(prefix, "local/host-string/ips/h1.example.com"), "utf8")).toBe("192.0.2.1");
    expect(readdirSync(join(prefix, "local/string")).toSorted()).toEqual(["a%2Fb", "leader"]);
    expect(statSync(join(prefix, "local/string/leader")).mode & 0o777).toBe(0o600);
    expect(statSync(join(prefix, "local/string")).mode & 0o777).toBe(0o700);
  });

  test("texts that somebody writes are followed", async () => {
    const { strings, hostStrings } = localWorld(prefix);
    const leader = new Told<string | undefined>((...to) => strings.follow("leader", ...to));
    const ips = new Told<ReadonlyMap<string, string>>((...to) => hostStrings.follow("ips", ...to));
    await leader.until(undefined);
    await ips.until(new Map());
    write("local/string/leader", "h1");
    await leader.until("h1");
    write("local/host-string/ips/h2", "2");
    await ips.until(new Map([["h2", "2"]]));
    write("local/host-string/ips/h2~", "a backup of an editor");
    mkdirSync(join(prefix, "local/host-string/ips/directory"));
    write("local/host-string/ips/.h2.swp", "another");
    write("local/host-string/ips/h1", "1");
    await ips.until(
      new Map([
        ["h1", "1"],
        ["h2", "2"],
      ]),
    );
    rmSync(join(prefix, "local"), { recursive: true });
    await leader.until(undefined);
    await ips.until(new Map());
    leader.end();
    ips.end();
  });

  test("what cannot be read is an error that names it, until it can", async () => {
    const { strings } = localWorld(prefix);
    mkdirSync(join(prefix, "local/string/leader"), { recursive: true });
    await expect(strings.get("leader")).rejects.toThrow("local/string/leader: is a directory");
    const told = new Told<string | undefined>((...to) => strings.follow("leader", ...to));
    expect(String(await told.error())).toContain("local/string/leader: is a directory");
    rmSync(join(prefix, "local/string/leader"), { recursive: true });
    write("local/string/leader", "h1");
    await told.until("h1");
    told.end();
  });

  test("registrations that cannot be understood count for nothing", async () => {
    for (const [host, text] of Object.entries({
      h1: "",
      h2: "{}",
      h3: '{"strategy":"best","max":1}',
      h4: '{"strategy":"rr","max":0}',
      h5: '{"strategy":"alpha","max":1}',
    }))
      write(`local/schedule/web/${host}`, text);
    const { schedules } = localWorld(prefix);
    const told = new Told<readonly string[]>((...to) => schedules.follow("web", ...to));
    await told.until(["h5"]);
    told.end();
  });

  test("a registration that is to persist no more does not", async () => {
    const options = { strategy: "rr", max: 1, persist: true } as const;
    await localWorld(prefix).schedules.register("web", "h1", options);
    await localWorld(prefix).schedules.register("web", "h1", { ...options, persist: false });
    const { schedules } = localWorld(prefix);
    const told = new Told<readonly string[]>((...to) => schedules.follow("web", ...to));
    await told.until([]);
    told.end();
  });
});
