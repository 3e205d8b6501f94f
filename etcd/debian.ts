import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { debianFiles, type ProgramName, programNames } from "./release.ts";

/**
 * Downloads etcd from the archive that this machine's apt uses, as any user. Nothing is installed, and apt's own lists
 * stay as they are.
 *
 * @param version of the packages, exactly
 * @param scratch where to work
 * @throws Error with apt's words
 */
export async function downloadDebian(
  version: string,
  scratch: string,
): Promise<Readonly<Record<ProgramName, Uint8Array>>> {
  if (Bun.which("apt-get") === null) throw new Error("this machine has no apt-get");
  const folder = await mkdtemp(join(scratch, ".debian-"));
  try {
    const packages = programNames.map((name) => `${debianFiles[name].package}=${version}`);
    await downloadPackages(packages, folder);
    await run(["sh", "-ec", 'for package in *.deb; do dpkg-deb --extract "$package" files; done'], folder);
    const read = (name: ProgramName): Promise<Uint8Array> =>
      readFile(join(folder, "files", debianFiles[name].file));
    return { etcd: await read("etcd"), etcdctl: await read("etcdctl") };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A server that does not answer is not waited for; `_apt` may not work in a folder of ours. */
const aptOptions = [
  "Acquire::http::Timeout=10",
  "Acquire::https::Timeout=10",
  "Acquire::Retries=1",
  "APT::Sandbox::User=root",
].flatMap((option) => ["-o", option]);

async function downloadPackages(packages: readonly string[], folder: string): Promise<void> {
  const download = (options: readonly string[]) =>
    run(["apt-get", "-qq", ...aptOptions, ...options, "download", ...packages], folder);
  const atOnce = run(["apt-cache", "show", ...packages], folder).then(() => download([]));
  if (await succeeds(atOnce)) return;
  // Fresh images come without lists, and old lists name files that are gone.
  await mkdir(join(folder, "lists", "partial"), { recursive: true });
  await mkdir(join(folder, "archives", "partial"), { recursive: true });
  const own = ["-o", `Dir::State::lists=${join(folder, "lists")}`, "-o", `Dir::Cache=${folder}`];
  await run(["apt-get", "-qq", ...aptOptions, ...own, "update"], folder);
  await download(own);
}

async function succeeds(work: Promise<void>): Promise<boolean> {
  return work.then(
    () => true,
    () => false,
  );
}

async function run(command: readonly string[], cwd: string): Promise<void> {
  const program = Bun.spawn([...command], {
    cwd,
    env: { ...process.env, LC_ALL: "C" },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [stdout, stderr, status] = await Promise.all([
    program.stdout.text(),
    program.stderr.text(),
    program.exited,
  ]);
  if (status === 0) return;
  const said = `${stderr}\n${stdout}`.split("\n").find((line) => line.startsWith("E: "));
  throw new Error(said?.slice(3) ?? `${command[0]} failed with status ${status}`);
}
