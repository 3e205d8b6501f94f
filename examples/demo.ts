/**
 * The main job, seen from outside: mgmt keeps a scratch folder as `hello.mcl` says, while this program tampers
 * with it. Run by `bun run demo`; ends by itself within seconds.
 */
import { watch } from "node:fs";
import { chmod, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(import.meta.dir, "..");
const scratch = await mkdtemp(join(tmpdir(), "mgmt-demo-"));
const folder = join(scratch, "site");

const agent = Bun.spawn(
  [
    process.execPath,
    join(root, "src", "main.ts"),
    "--standalone",
    "--prefix",
    join(scratch, "prefix"),
    join(import.meta.dir, "hello.mcl"),
  ],
  { env: { ...process.env, DEMO_DIR: folder }, stdin: "ignore", stdout: "inherit", stderr: "ignore" },
);

try {
  say("mgmt --standalone examples/hello.mcl");
  await until(scratch, "the files are made", async () => {
    const names = await readdir(folder);
    return (
      ["clock", "count", "lines", "motd"].every((name) => names.includes(name)) &&
      (await text("count")) !== ""
    );
  });
  for (const name of (await readdir(folder)).sort())
    say(`  ${name.padEnd(6)} ${JSON.stringify(await text(name))}`);

  const good = await text("motd");
  await tamper(
    "somebody overwrites motd",
    () => writeFile(join(folder, "motd"), "gotcha"),
    async () => (await text("motd")) === good,
  );
  await tamper(
    "somebody deletes motd",
    () => rm(join(folder, "motd")),
    async () => (await text("motd")) === good,
  );
  await tamper(
    "somebody opens motd to everybody",
    () => chmod(join(folder, "motd"), 0o777),
    async () => ((await stat(join(folder, "motd"))).mode & 0o777) === 0o644,
  );
  await tamper(
    "somebody moves the whole folder away",
    () => rename(folder, join(scratch, "elsewhere")),
    async () => (await text("motd")) === good && (await text("clock")) !== "",
  );

  const before = await text("clock");
  await until(
    folder,
    "the clock goes on, a new file each second",
    async () => (await text("clock")) !== before,
  );
  agent.kill("SIGINT");
  const status = await agent.exited;
  say(`^C: mgmt exits with ${status}`);
  process.exitCode = status;
} finally {
  agent.kill("SIGKILL");
  await rm(scratch, { recursive: true, force: true });
}

function say(line: string): void {
  console.log(line);
}

function text(name: string): Promise<string> {
  return readFile(join(folder, name), "utf8");
}

/** Does harm and waits until it is undone. */
async function tamper(
  what: string,
  harm: () => Promise<void>,
  undone: () => Promise<boolean>,
): Promise<void> {
  await harm();
  const start = performance.now();
  await until(scratch, `${what}: repaired`, undone, () => ` in ${(performance.now() - start).toFixed(1)} ms`);
}

/** Waits until something holds, looking again whenever anything below the directory changes. */
async function until(
  directory: string,
  what: string,
  holds: () => Promise<boolean>,
  detail = () => "",
): Promise<void> {
  const deadline = AbortSignal.timeout(10_000);
  const check = (): Promise<boolean> => holds().catch(() => false);
  await new Promise<void>((resolve, reject) => {
    const watcher = watch(directory, { recursive: true }, look);
    // A hint that was lost must not stop the show.
    const again = setInterval(look, 50);
    const finish = (action: () => void): void => {
      watcher.close();
      clearInterval(again);
      action();
    };
    deadline.addEventListener("abort", () => finish(() => reject(new Error(`waited in vain: ${what}`))));
    async function look(): Promise<void> {
      if (await check()) finish(resolve);
    }
    look();
  });
  say(`${what}${detail()}`);
}
