import { afterAll, beforeAll, expect, test } from "bun:test";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cloneModule, updateModule } from "../../src/agent/module-repositories.ts";
import { git, gitEnvironment, Repository } from "../support/repository.ts";

const root = mkdtempSync(join(tmpdir(), "mgmt-modules-"));
const before = { ...process.env };
beforeAll(() => Object.assign(process.env, gitEnvironment));
afterAll(() => {
  for (const name of Object.keys(gitEnvironment))
    if (before[name] === undefined) delete process.env[name];
    else process.env[name] = before[name];
  rmSync(root, { recursive: true });
});

let count = 0;
/** A fresh directory. */
function fresh(): string {
  const path = join(root, String(count++));
  mkdirSync(path);
  return path;
}

function moduleRepository(directory = fresh()): Repository {
  const repository = new Repository(join(directory, "repository"));
  repository.commit({ "metadata.yaml": "", "main.mcl": "$x = 1\n" });
  return repository;
}

function failure(work: Promise<void>): Promise<string> {
  return work.then(
    () => "it did not fail",
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
}

test("a clone makes the directories above it, and leaves nothing beside it", async () => {
  const directory = fresh();
  const target = join(directory, "h/me/dns");
  await cloneModule(moduleRepository().url, `${target}/`, undefined);
  expect(readFileSync(join(target, "main.mcl"), "utf8")).toBe("$x = 1\n");
  expect(readdirSync(join(directory, "h/me"))).toEqual(["dns"]);
  expect(statSync(target).mode & 0o777).toBe(statSync(join(directory, "h")).mode & 0o777);
});

test("submodules are cloned and updated", async () => {
  const inner = moduleRepository();
  const outer = moduleRepository();
  outer.git("submodule", "--quiet", "add", inner.url, "vendor/inner");
  outer.commit({});
  const target = join(fresh(), "outer");
  await cloneModule(outer.url, target, undefined);
  expect(readFileSync(join(target, "vendor/inner/main.mcl"), "utf8")).toBe("$x = 1\n");

  inner.commit({ "main.mcl": "$x = 2\n" });
  git(join(outer.path, "vendor/inner"), "pull", "--quiet");
  outer.commit({ "main.mcl": "$x = 3\n" });
  await updateModule(target);
  expect(readFileSync(join(target, "main.mcl"), "utf8")).toBe("$x = 3\n");
  expect(readFileSync(join(target, "vendor/inner/main.mcl"), "utf8")).toBe("$x = 2\n");
});

test("depth limits what is cloned, and such a clone can be updated", async () => {
  const repository = moduleRepository();
  repository.commit({ "main.mcl": "$x = 2\n" });
  repository.commit({ "main.mcl": "$x = 3\n" });
  const target = join(fresh(), "shallow");
  await cloneModule(repository.url, target, 2);
  expect(git(target, "rev-list", "--count", "HEAD")).toBe("2");
  repository.commit({ "main.mcl": "$x = 4\n" });
  repository.commit({ "main.mcl": "$x = 5\n" });
  await updateModule(target);
  expect(readFileSync(join(target, "main.mcl"), "utf8")).toBe("$x = 5\n");
});

const broken: Readonly<Record<string, readonly [url: (directory: string) => string, told: RegExp]>> = {
  "no repository": [(directory) => `file://${directory}/nosuch`, /does not appear to be a git repository/],
  "no module": [
    (directory) => {
      const repository = new Repository(join(directory, "plain"));
      repository.commit({ "main.mcl": "" });
      return repository.url;
    },
    /no `metadata\.yaml` in it/,
  ],
  "an unknown scheme": [() => "ext::sh -c touch% /tmp/pwned", /`ext`/],
  "a submodule that is gone": [
    (directory) => {
      const inner = moduleRepository();
      const outer = moduleRepository(directory);
      outer.git("submodule", "--quiet", "add", inner.url, "inner");
      outer.commit({});
      rmSync(inner.path, { recursive: true });
      return outer.url;
    },
    /inner/,
  ],
};
for (const [what, [urlOf, told]] of Object.entries(broken)) {
  test(`${what} leaves nothing behind`, async () => {
    const directory = fresh();
    expect(await failure(cloneModule(urlOf(fresh()), join(directory, "h/me/dns"), undefined))).toMatch(told);
    expect(readdirSync(directory)).toEqual([]);
  });
}

test("what is in the way stays", async () => {
  const target = join(fresh(), "dns");
  mkdirSync(target);
  writeFileSync(join(target, "notes"), "mine\n");
  const { url } = moduleRepository();
  expect(await failure(cloneModule(url, target, undefined))).toContain("is in the way");
  expect(readdirSync(target)).toEqual(["notes"]);
});

test("an update takes over nothing that rewrites history", async () => {
  const repository = moduleRepository();
  const target = join(fresh(), "dns");
  await cloneModule(repository.url, target, undefined);
  writeFileSync(join(repository.path, "main.mcl"), "$x = 2\n");
  repository.git("commit", "--quiet", "--all", "--amend", "--message", "other");
  expect(await failure(updateModule(target))).toMatch(/fast-forward/);
  expect(readFileSync(join(target, "main.mcl"), "utf8")).toBe("$x = 1\n");
});

test("a copy within a repository of the user is not updated, and neither is that repository", async () => {
  const origin = moduleRepository();
  const site = join(fresh(), "site");
  await cloneModule(origin.url, site, undefined);
  origin.commit({ "main.mcl": "$x = 2\n" });
  const vendored = join(site, "vendor/dns");
  mkdirSync(vendored, { recursive: true });
  expect(await failure(updateModule(vendored))).toContain("no git repository of its own");
  mkdirSync(join(vendored, ".git"));
  expect(await failure(updateModule(vendored))).toContain("not a git repository");
  expect(readFileSync(join(site, "main.mcl"), "utf8")).toBe("$x = 1\n");
});

test("a repository that the environment names is left alone", async () => {
  const [other, module] = [moduleRepository(), moduleRepository()];
  const target = join(fresh(), "dns");
  process.env.GIT_DIR = join(other.path, ".git");
  try {
    await cloneModule(module.url, target, undefined);
    expect(existsSync(join(target, ".git"))).toBe(true);
    await updateModule(target);
  } finally {
    delete process.env.GIT_DIR;
  }
});
