/**
 * Makes `dist/mgmt`, one executable with everything in it. Run by `bun run build`.
 *
 * `--etcd obtain`, the default, has it carry etcd, downloaded if need be (`etcd/obtain.ts`); a version, such as `3.5.16`, does
 * the same with another of the known releases; `cached` takes what is at hand and downloads nothing; `none` leaves it out.
 * `--outfile PATH` puts it elsewhere.
 *
 * The flags are chosen by measurement: bytecode halves the start-up time, the two minifications that keep names
 * keep error classes readable, and the executable must not read `.env` or `bunfig.toml` from where it is started,
 * for that would let a directory run code as root.
 */
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { basename, dirname, join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import type { BunPlugin } from "bun";
import { cacheDirectory } from "./etcd/cache.ts";
import { carrying } from "./etcd/carrying.ts";
import { obtain } from "./etcd/obtain.ts";
import type { PackedProgram } from "./etcd/packed.ts";
import { thisTarget } from "./etcd/release.ts";

const root = import.meta.dir;

/** Compiles `entry` to one executable; the same flags for mgmt and for the programs it is measured against. */
export async function compile(
  entry: string,
  target: string,
  plugins: readonly BunPlugin[] = [],
): Promise<void> {
  // The source maps are in the executable; the copies that Bun leaves beside it go with the folder.
  const folder = await mkdtemp(join(dirname(target), ".build-"));
  try {
    await compileInto(join(folder, basename(target)), entry, plugins);
    await rename(join(folder, basename(target)), target);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function compileInto(outfile: string, entry: string, plugins: readonly BunPlugin[]): Promise<void> {
  const result = await Bun.build({
    entrypoints: [entry],
    plugins: [...plugins, withoutAddOns],
    target: "bun",
    format: "esm",
    bytecode: true,
    // What a command imports lazily stays a piece of its own, and costs those nothing that do not.
    splitting: true,
    minify: { syntax: true, whitespace: true, identifiers: false },
    sourcemap: "inline",
    compile: { outfile, autoloadDotenv: false, autoloadBunfig: false },
  });
  for (const message of result.logs) console.error(message);
  if (!result.success) throw new Error(`could not build ${basename(outfile)}`);
}

/**
 * What packages ask for only to do without it: dbus-next finds a bus by an X11 display and passes file descriptors with
 * the first two, the others are machine code that makes ssh2 a little faster. Left to be found when it runs, as
 * `external` would, they would be taken out of the folder that the executable is started in.
 */
const withoutAddOns: BunPlugin = {
  name: "without add-ons",
  setup(build) {
    build.onResolve({ filter: /^(?:x11|usocket|cpu-features)$|\.node$/ }, ({ path }) => ({
      path,
      namespace: "add-on",
    }));
    build.onLoad({ filter: /./, namespace: "add-on" }, ({ path }) => ({
      contents: `throw new Error(${JSON.stringify(`${path} is not part of the executable`)}); module.exports = {};`,
      loader: "js",
    }));
  },
};

/** What the executable is to carry. @throws Error if it cannot be had */
async function etcdFor(choice: string): Promise<readonly PackedProgram[]> {
  if (choice === "none") return [];
  const version = /^\d+\.\d+\.\d+$/.test(choice) ? choice : undefined;
  if (version === undefined && choice !== "obtain" && choice !== "cached")
    throw new Error(`--etcd is one of obtain, cached, none or a version of etcd, not \`${choice}\``);
  const { MGMT_ETCD_BINARY, MGMT_ETCD_URL, MGMT_ETCD_SHA256 } = process.env;
  const programs = obtain({
    target: thisTarget(),
    cache: cacheDirectory,
    source: { binary: MGMT_ETCD_BINARY, url: MGMT_ETCD_URL, sha256: MGMT_ETCD_SHA256 },
    version,
    download: choice !== "cached",
  });
  return programs.catch((error: unknown) => {
    throw new Error(
      `${error instanceof Error ? error.message : error}
MGMT_ETCD_BINARY=PATH names an etcd to carry, MGMT_ETCD_URL=URL an archive of one, and MGMT_ETCD_SHA256=HASH the
SHA-256 it must have; --etcd none builds without`,
    );
  });
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      etcd: { type: "string", default: "obtain" },
      outfile: { type: "string", default: join(root, "dist", "mgmt") },
    },
  });
  const programs = await etcdFor(values.etcd);
  const outfile = resolve(values.outfile);
  await mkdir(dirname(outfile), { recursive: true });
  await compile(join(root, "src", "main.ts"), outfile, [carrying(programs)]);
  const carried = programs.map(({ name, version }) => `${name} ${version}`).join(", ");
  const size = `${(Bun.file(outfile).size / 1e6).toFixed(1)} MB`;
  console.log(
    `${relative(process.cwd(), outfile)}, ${size}, ${carried === "" ? "without etcd" : `with ${carried}`}`,
  );
}

if (import.meta.main) {
  try {
    await main();
  } catch (error) {
    console.error(`build: ${error instanceof Error ? error.message : error}`);
    process.exit(1);
  }
}
