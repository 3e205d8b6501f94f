import { hostname } from "node:os";
import type { ArgsDef } from "citty";
import { DiagnosticError } from "../../lang/diagnostic.ts";
import { adminLists, adminOptions, adminVariables, readAdminOptions } from "./admin-options.ts";
import { type Arguments, readArguments, UsageError } from "./arguments.ts";
import { defineCommand } from "./command.ts";
import { moduleOptions, moduleVariables, readModuleOptions } from "./module-options.ts";
import { print } from "./print.ts";
import { readProgram } from "./read-program.ts";
import { showDiagnostics } from "./show-diagnostics.ts";

const name = "mgmt deploy";

const options = {
  ...adminOptions,
  noop: { type: "boolean", description: "Have hosts change nothing, only tell what they would" },
  sema: {
    type: "string",
    valueHint: "N",
    default: "-1",
    description: "Let at most N resources of a host work at a time",
  },
  autoedges: {
    type: "boolean",
    default: true,
    description: "With automatic edges",
    negativeDescription: "Without automatic edges",
  },
  autogroup: {
    type: "boolean",
    default: true,
    description: "With automatic groups",
    negativeDescription: "Without automatic groups",
  },
  git: {
    type: "boolean",
    default: true,
    description: "Of the commit that is checked out",
    negativeDescription:
      "Without a look at git: by default, what is checked out must be clean, and follow on what is deployed",
  },
  force: { type: "boolean", description: "Whatever commit was deployed before" },
  canary: {
    type: "string",
    valueHint: "HOST,...",
    description: "Only for these hosts, until it is promoted; may be repeated",
  },
  wait: {
    type: "boolean",
    description:
      "Tell what becomes of it on each host, until all are done; exit status 1 if it failed on one",
  },
  timeout: {
    type: "string",
    valueHint: "SECONDS",
    default: "300",
    description: "How long to wait; 0 is as long as it takes",
  },
  ...moduleOptions,
  keep: {
    type: "string",
    valueHint: "N",
    default: "20",
    description: "prune: how many of the newest deploys stay",
  },
  now: { type: "boolean", description: "prune: also files that somebody has put there within the last hour" },
  json: { type: "boolean", description: "list and show: print JSON" },
} as const satisfies ArgsDef;

export const deploy = defineCommand({
  summary: "Has the hosts of a cluster run a program: it becomes the newest deploy, which all agents follow.",
  usage: `mgmt deploy [OPTIONS] [lang|yaml|empty] INPUT
       mgmt deploy [OPTIONS] list
       mgmt deploy [OPTIONS] show ID
       mgmt deploy [OPTIONS] diff ID [ID]
       mgmt deploy [OPTIONS] promote ID
       mgmt deploy [OPTIONS] rollback [ID]
       mgmt deploy [OPTIONS] prune`,
  options,
  examples: `list: what is deployed; show: one deploy, and its files; diff: between two deploys, or one and the newest;
promote: all hosts get what was for some (--canary); rollback: what was deployed before, or as ID, is deployed again;
prune: old deploys, and files that none has any more, are removed.

Examples:
  mgmt deploy --seeds https://10.0.0.1:2379 --wait site/
  mgmt deploy --no-git --canary web1,web2 --wait site/
  mgmt deploy rollback --wait`,
  async run(args) {
    const given = readArguments(name, args, options, {
      variables: { ...adminVariables, ...moduleVariables },
      environment: process.env,
      lists: [...adminLists, "canary"],
    });
    const [word = ""] = given.words;
    if (word === "")
      throw new UsageError(
        `${name}: no INPUT given: name a program, or one of ${[...actions.keys()].join(", ")}`,
      );
    const action = actions.get(word);
    return action === undefined ? deployInput(given) : action(given);
  },
});

const actions: ReadonlyMap<string, (given: Arguments) => Promise<number>> = new Map([
  ["list", list],
  ["show", show],
  ["diff", diff],
  ["promote", promote],
  ["rollback", rollback],
  ["prune", prune],
]);

async function deployInput(given: Arguments): Promise<number> {
  const hosts = readHosts(given);
  const wait = readWait(given);
  const way = readAdminOptions(name, given);
  const modules = readModuleOptions(name, given);
  const sema = given.integer("sema") ?? -1;
  if (sema < -1) throw new UsageError(`${name}: --sema must be at least -1, not ${sema}`);
  let directory = "";
  try {
    const program = await readProgram(name, given.words, modules);
    if (program.frontend === "lang") directory = program.directory;
    const [{ collectProgram }, { Catalogue }, { commitOf }] = await Promise.all([
      import("../agent/deploys/collect-program.ts"),
      import("../resources/catalogue.ts"),
      import("./deploy/commit.ts"),
    ]);
    const commit = given.flag("git") ? await commitOf(process.cwd(), given.flag("force")) : {};
    const collected = await collectProgram(program, new Catalogue());
    await using store = await open(given, way);
    const { addDeploy, uploadProgram } = await import("../agent/deploys/publish.ts");
    const { deploys, files } = store.world;
    const last = (await deploys.list()).at(-1);
    if ("hash" in commit && last !== undefined && last.hash === commit.hash && !given.flag("force"))
      throw new Error(
        `commit ${commit.hash} is deployed already, as deploy ${last.id}; use --force to do so again`,
      );
    const draft = await uploadProgram(files, collected, {
      createdBy: hostname(),
      options: {
        noop: given.flag("noop"),
        sema: sema > 0 ? sema : undefined,
        autoEdges: given.flag("autoedges"),
        autoGroup: given.flag("autogroup"),
      },
      ...(hosts.length > 0 && { hosts }),
      ...commit,
    });
    const deploy = await addDeploy(deploys, draft);
    await print(`deploy ${deploy.id}`);
    return await wait(store, deploy);
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    showDiagnostics(error.diagnostics, directory);
    return 1;
  }
}

async function list(given: Arguments): Promise<number> {
  takeWords(given, 0, 0);
  await using store = await open(given);
  const { listDeploys } = await import("./deploy/show-deploys.ts");
  const { deploys, statuses } = store.world;
  const [all, hosts] = await Promise.all([deploys.list(), statuses.list()]);
  await print(listDeploys(all, hosts, given.flag("json")));
  return 0;
}

async function show(given: Arguments): Promise<number> {
  const [id = 0] = takeWords(given, 1, 1);
  await using store = await open(given);
  const { findDeploy, showDeploy } = await import("./deploy/show-deploys.ts");
  const { deploys, files, statuses } = store.world;
  const found = findDeploy(await deploys.list(), id);
  const tree = found.files === undefined ? [] : await files.get(found.files);
  await print(showDeploy(found, tree, await statuses.list(), given.flag("json")));
  return 0;
}

async function diff(given: Arguments): Promise<number> {
  const [first = 0, second] = takeWords(given, 1, 2);
  await using store = await open(given);
  const { diffDeploys, findDeploy } = await import("./deploy/show-deploys.ts");
  const { deploys, files } = store.world;
  const all = await deploys.list();
  const [before, after] = [findDeploy(all, first), findDeploy(all, second ?? all.at(-1)?.id ?? 0)];
  const [old, now] = await Promise.all(
    [before, after].map(async ({ files: uri }) => (uri === undefined ? [] : files.get(uri))),
  );
  const text = diffDeploys({ deploy: before, files: old ?? [] }, { deploy: after, files: now ?? [] });
  if (text !== "") await print(text);
  return 0;
}

async function promote(given: Arguments): Promise<number> {
  const [id = 0] = takeWords(given, 1, 1);
  const wait = readWait(given);
  await using store = await open(given);
  const [{ findDeploy }, { deployAgain }] = await Promise.all([
    import("./deploy/show-deploys.ts"),
    import("./deploy/deploy-again.ts"),
  ]);
  const all = await store.world.deploys.list();
  const found = findDeploy(all, id);
  if (found.hosts === undefined) throw new Error(`deploy ${id} is for all hosts already`);
  const newer = all.findLast((each) => each.id > id && each.hosts === undefined);
  if (newer !== undefined && !given.flag("force"))
    throw new Error(
      `deploy ${newer.id}, for all hosts, has come since; deploy ${id} would take its place: use --force if that is meant`,
    );
  const deploy = await deployAgain(store.world, found);
  await print(`deploy ${deploy.id}, as deploy ${id} was`);
  return await wait(store, deploy);
}

async function rollback(given: Arguments): Promise<number> {
  const [id] = takeWords(given, 0, 1);
  const wait = readWait(given);
  await using store = await open(given);
  const [{ findDeploy }, { deployAgain, deployBefore }] = await Promise.all([
    import("./deploy/show-deploys.ts"),
    import("./deploy/deploy-again.ts"),
  ]);
  const all = await store.world.deploys.list();
  const found = id === undefined ? deployBefore(all) : findDeploy(all, id);
  const deploy = await deployAgain(store.world, found);
  await print(`deploy ${deploy.id}, as deploy ${found.id} was`);
  return await wait(store, deploy);
}

async function prune(given: Arguments): Promise<number> {
  takeWords(given, 0, 0);
  const keep = given.integer("keep") ?? 20;
  if (keep < 1) throw new UsageError(`${name}: --keep must be at least 1, not ${keep}`);
  await using store = await open(given);
  const { pruneDeploys } = await import("../agent/deploys/prune.ts");
  const held = given.flag("now") ? "remove" : "keep";
  const { deploys, trees, contents } = await pruneDeploys(store.world, keep, held);
  await print(`removed ${deploys} deploys, ${trees} trees of files and ${contents} contents of files`);
  return 0;
}

type Opened = Awaited<ReturnType<typeof open>>;

/** @throws UsageError; Error naming cause and cure */
async function open(given: Arguments, way = readAdminOptions(name, given)) {
  const { openClient } = await import("../agent/store/open-client.ts");
  return openClient(way);
}

/** @returns waits for hosts, if that is asked for; the exit status. @throws UsageError */
function readWait(
  given: Arguments,
): (store: Opened, deploy: { readonly id: number; readonly hosts?: readonly string[] }) => Promise<number> {
  const seconds = given.integer("timeout") ?? 0;
  if (seconds < 0) throw new UsageError(`${name}: --timeout must be at least 0, not ${seconds}`);
  if (!given.flag("wait")) {
    if (given.typed("timeout")) throw new UsageError(`${name}: --timeout goes with --wait`);
    return async () => 0;
  }
  return async (store, deploy) => {
    const { awaitHosts } = await import("./deploy/await-hosts.ts");
    return awaitHosts(store.world.statuses, deploy, seconds * 1000, print);
  };
}

/** @throws UsageError */
function readHosts(given: Arguments): readonly string[] {
  const hosts = given
    .list("canary")
    .flatMap((text) => text.split(/[,; ]+/))
    .filter((host) => host !== "");
  if (given.typed("canary") && hosts.length === 0) throw new UsageError(`${name}: --canary names no host`);
  return [...new Set(hosts)];
}

/** Numbers of deploys after the first word. @throws UsageError */
function takeWords({ words }: Arguments, least: number, most: number): readonly number[] {
  const [action, ...rest] = words;
  if (rest.length > most)
    throw new UsageError(`${name} ${action}: \`${rest.slice(most).join(" ")}\` is too much`);
  if (rest.length < least)
    throw new UsageError(`${name} ${action}: name a deploy by its number; see mgmt deploy list`);
  return rest.map((word) => {
    if (/^[1-9]\d{0,14}$/.test(word)) return Number(word);
    throw new UsageError(`${name} ${action}: a deploy has a number, and \`${word}\` is none`);
  });
}
