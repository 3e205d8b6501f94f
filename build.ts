/**
 * Makes `dist/mgmt`, one executable with everything in it. Run by `bun run build`.
 *
 * The flags are chosen by measurement: bytecode halves the start-up time, the two minifications that keep names
 * keep error classes readable, and the executable must not read `.env` or `bunfig.toml` from where it is started,
 * for that would let a directory run code as root.
 */
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

const root = import.meta.dir;
const outfile = join(root, "dist", "mgmt");

/** Compiles `entry` to one executable; the same flags for mgmt and for the programs it is measured against. */
export async function compile(entry: string, target: string): Promise<void> {
  // The source maps are in the executable; the copies that Bun leaves beside it go with the folder.
  const folder = await mkdtemp(join(dirname(target), ".build-"));
  try {
    await compileInto(join(folder, basename(target)), entry);
    await rename(join(folder, basename(target)), target);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function compileInto(outfile: string, entry: string): Promise<void> {
  const result = await Bun.build({
    entrypoints: [entry],
    target: "bun",
    format: "esm",
    bytecode: true,
    // What a command imports lazily stays a piece of its own, and costs those nothing that do not.
    splitting: true,
    minify: { syntax: true, whitespace: true, identifiers: false },
    sourcemap: "inline",
    // dbus-next asks for them only to find a bus by an X11 display, and to pass file descriptors.
    external: ["x11", "usocket"],
    compile: { outfile, autoloadDotenv: false, autoloadBunfig: false },
  });
  for (const message of result.logs) console.error(message);
  if (!result.success) throw new Error(`could not build ${basename(outfile)}`);
}

if (import.meta.main) {
  await mkdir(join(root, "dist"), { recursive: true });
  await compile(join(root, "src", "main.ts"), outfile);
  const size = Bun.file(outfile).size;
  console.log(`dist/mgmt, ${(size / 1e6).toFixed(1)} MB`);
}
