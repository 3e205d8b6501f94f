import { expect, test } from "bun:test";
import { chmodSync, existsSync, rmSync, statSync, writeFileSync } from "node:fs";
import { Authority } from "../../../etcd/pki/authority.ts";
import { Identity } from "../../../etcd/pki/identity.ts";
import { PkiError } from "../../../etcd/pki/pki-error.ts";
import { pkiFilesOf, writePkiFiles } from "../../../etcd/pki/pki-files.ts";
import { files, ScratchDirectory } from "../support/scratch-directory.ts";

const day = 86_400_000;

const authority = await Authority.create();
const other = await Authority.create();
const host = await authority.makeHost("h1");

const contents = { "ca.crt": authority.root, "host.crt": host.certificate, "host.key": host.key };

function write(scratch: ScratchDirectory, more: Readonly<Record<string, string>> = {}): string {
  const directory = scratch.at("pki");
  writePkiFiles(directory, { ...contents, ...more }, files);
  return directory;
}

function failure(work: () => unknown): PkiError {
  try {
    work();
  } catch (error) {
    if (error instanceof PkiError) return error;
    throw error;
  }
  throw new Error("there was no failure");
}

test("an identity is read as it was written", () => {
  using scratch = new ScratchDirectory();
  const directory = write(scratch);
  const warnings: string[] = [];
  const identity = Identity.read(directory, files, { onWarning: (message) => warnings.push(message) });
  expect(identity).toMatchObject({ ...host, name: "h1", root: authority.root });
  expect(warnings).toEqual([]);
  const days = (date: Date): number => Math.round((date.getTime() - Date.now()) / day);
  expect([days(identity.notAfter), days(identity.renewAt)]).toEqual([365, 243]);
  expect(identity.tls).toEqual({ ...host, authority: authority.root, serverName: "etcd.mgmt.internal" });
  const paths = pkiFilesOf(directory);
  const modes = [directory, paths.host.key, paths.host.certificate].map(
    (path) => statSync(path).mode & 0o777,
  );
  expect(modes).toEqual([0o700, 0o600, 0o644]);
});

test("a key that others can read is closed to them, and that is told", () => {
  using scratch = new ScratchDirectory();
  const directory = write(scratch);
  const { key } = pkiFilesOf(directory).host;
  chmodSync(key, 0o644);
  const warnings: string[] = [];
  Identity.read(directory, files, { onWarning: (message) => warnings.push(message) });
  expect(warnings).toEqual([expect.stringContaining(`others could read the key ${key}`)]);
  expect(statSync(key).mode & 0o777).toBe(0o600);
});

test("what is missing is named, with what to do", () => {
  using scratch = new ScratchDirectory();
  const empty = failure(() => Identity.read(scratch.at("none"), files));
  expect(empty).toMatchObject({ code: "missing", message: expect.stringContaining("mgmt cluster token") });
  for (const name of ["ca.crt", "host.crt", "host.key"]) {
    const directory = write(scratch);
    rmSync(`${directory}/${name}`);
    const { code, message } = failure(() => Identity.read(directory, files));
    expect(code).toBe("missing");
    expect(message).toContain(`${directory}/${name}`);
    expect(message).toContain("join again");
  }
});

test("what is there in part, or does not belong together, is told apart", async () => {
  const stranger = await other.makeHost("h1");
  const [leaf = ""] = host.certificate.split(/(?<=-----END CERTIFICATE-----\n)/);
  const cases: readonly (readonly [Readonly<Record<string, string>>, PkiError["code"], string])[] = [
    [{ "host.crt": host.certificate.slice(0, 300) }, "damaged", "no complete certificate"],
    [{ "host.crt": "" }, "damaged", "no complete certificate"],
    [{ "host.key": host.key.slice(0, 100) }, "damaged", "no complete private key"],
    [{ "host.crt": host.certificate.replace(/\n.{20}/, `\n${"A".repeat(20)}`) }, "damaged", "cannot be read"],
    [{ "host.key": stranger.key }, "mismatch", "not that of the certificate"],
    [{ "ca.crt": other.root }, "foreign", "another authority"],
    [{ "host.crt": stranger.certificate, "host.key": stranger.key }, "foreign", "another authority"],
    [{ "host.crt": leaf }, "foreign", "another authority"],
  ];
  for (const [more, code, text] of cases) {
    using scratch = new ScratchDirectory();
    const directory = write(scratch, more);
    const error = failure(() => Identity.read(directory, files));
    expect([error.code, error.message]).toEqual([code, expect.stringContaining(text)]);
  }
});

test("a certificate is good for its time, and the clock is named where it may be wrong", async () => {
  using scratch = new ScratchDirectory();
  const directory = write(scratch);
  const at = (days: number): PkiError =>
    failure(() => Identity.read(directory, files, { clock: () => Date.now() + days * day }));
  expect(at(400)).toMatchObject({ code: "expired", message: expect.stringContaining("--replace") });
  expect(at(-1)).toMatchObject({ code: "not-yet-valid", message: expect.stringContaining("set the clock") });
  const early = await Authority.create({ clock: () => Date.now() - 366 * day });
  const expired = await early.makeHost("h1");
  const error = failure(() => Identity.of(expired, early.root, "host.crt"));
  expect(error.code).toBe("expired");
});

test("what a crash has interrupted is completed by the next reader", async () => {
  using scratch = new ScratchDirectory();
  const directory = write(scratch);
  const next = await authority.makeHost("h1");
  const journal = JSON.stringify({
    format: 1,
    files: { "host.key": next.key, "host.crt": next.certificate },
  });
  writeFileSync(`${directory}/pending.json`, journal);
  writeFileSync(`${directory}/host.key`, next.key);
  expect(Identity.read(directory, files)).toMatchObject(next);
  expect(existsSync(`${directory}/pending.json`)).toBe(false);
});

test("a plan of what to write that makes no sense is refused, and writes nowhere else", () => {
  using scratch = new ScratchDirectory();
  const directory = write(scratch);
  for (const journal of [
    "",
    "{",
    JSON.stringify({ format: 2, files: {} }),
    JSON.stringify({ format: 1, files: { "../host.key": "x" } }),
    JSON.stringify({ format: 1, files: { "host.key": 1 } }),
  ]) {
    writeFileSync(`${directory}/pending.json`, journal);
    expect(failure(() => Identity.read(directory, files)).code).toBe("damaged");
  }
  rmSync(`${directory}/pending.json`);
  expect(Identity.read(directory, files).name).toBe("h1");
});

test("a directory that another process writes into is waited for", () => {
  using scratch = new ScratchDirectory();
  const directory = write(scratch);
  let tries = 0;
  const busy = {
    ...files,
    tryLock: (path: string) => (++tries < 3 ? undefined : files.tryLock(path)),
  };
  writePkiFiles(directory, contents, busy);
  expect(tries).toBe(3);
});
