import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { debianFiles, type ProgramName, programNames, type Release } from "./release.ts";

/**
 * Downloads etcd from the archive that this machine's apt uses, as any user. Nothing is installed, and apt's own lists
 * stay as they are.
 *
 * @param scratch where to work
 * @throws Error with apt's words
 */
export async function downloadDebian(
  { debian, suite }: Pick<Release, "debian" | "suite">,
  scratch: string,
): Promise<Readonly<Record<ProgramName, Uint8Array>>> {
  if (Bun.which("apt-get") === null) throw new Error("this machine has no apt-get");
  const folder = await mkdtemp(join(scratch, ".debian-"));
  try {
    const packages = programNames.map((name) => `${debianFiles[name].package}=${debian}`);
    await downloadPackages(packages, suite, folder);
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

async function downloadPackages(packages: readonly string[], suite: string, folder: string): Promise<void> {
  const download = (options: readonly string[]) =>
    run(["apt-get", "-qq", ...aptOptions, ...options, "download", ...packages], folder);
  const atOnce = run(["apt-cache", "show", ...packages], folder).then(() => download([]));
  if (await succeeds(atOnce)) return;
  // Fresh images come without lists, and old lists name files that are gone.
  await mkdir(join(folder, "lists", "partial"), { recursive: true });
  await mkdir(join(folder, "archives", "partial"), { recursive: true });
  const lists = ["-o", `Dir::State::lists=${join(folder, "lists")}`, "-o", `Dir::Cache=${folder}`];
  const own = [...lists, ...(await sourceOf(suite, folder))];
  await run(["apt-get", "-qq", ...aptOptions, ...own, "update"], folder);
  await download(own);
}

/** Options by which apt takes packages from one release of Debian, which need not be the one that this machine has. */
async function sourceOf(suite: string, folder: string): Promise<readonly string[]> {
  const keys = "/usr/share/keyrings/debian-archive-keyring.gpg";
  const targets = await run(
    ["apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages"],
    folder,
  );
  const archive = targets.split("\n").find((uri) => /\/debian\/?$/.test(uri));
  // What apt takes is signed by Debian; without its keys only the sources that the machine has will do.
  if (archive === undefined || !existsSync(keys)) return [];
  const list = join(folder, "sources.list");
  await writeFile(list, `deb [signed-by=${keys}] ${archive} ${suite} main\n`);
  return ["-o", `Dir::Etc::sourcelist=${list}`, "-o", "Dir::Etc::sourceparts=/dev/null"];
}

async function succeeds(work: Promise<unknown>): Promise<boolean> {
  return work.then(
    () => true,
    () => false,
  );
}

/** @returns what it prints @throws Error with its words */
async function run(command: readonly string[], cwd: string): Promise<string> {
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
  if (status === 0) return stdout;
  const said = `${stderr}\n${stdout}`.split("\n").find((line) => line.startsWith("E: "));
  throw new Error(said?.slice(3) ?? `${command[0]} failed with status ${status}`);
}
