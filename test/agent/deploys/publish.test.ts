import { expect, test } from "bun:test";
import { rmSync } from "node:fs";
import type { CollectedProgram } from "../../../src/agent/deploys/collect-program.ts";
import { addDeploy, publishInput } from "../../../src/agent/deploys/publish.ts";
import type { Deploy, DeployStore, FileTreeStore } from "../../../src/world/deploy-store.ts";
import { DeployConflict } from "../../../src/world/deploy-store.ts";
import { Scratch } from "../../e2e/support/scratch.ts";
import { failureOf } from "../../etcd/support/failure.ts";

/** A store in memory. */
class Memory {
  readonly all: Deploy[] = [];
  /** Others that add something just before us. */
  rivals = 0;

  readonly deploys: DeployStore = {
    list: async () => this.all,
    lastId: async () => this.all.length,
    add: async (deploy) => {
      if (this.rivals > 0) {
        this.rivals--;
        this.all.push({ ...deploy, createdBy: "rival" });
      }
      if (deploy.id <= this.all.length) throw new DeployConflict("taken", "taken");
      if (deploy.parent === "wrong") throw new DeployConflict("other-parent", "other");
      this.all.push(deploy);
    },
    followLatest: () => {},
    remove: async () => {},
  };

  readonly files: FileTreeStore = {
    put: async (files) => `tree of ${files.map(({ content }) => content).join()}`,
    hold: async () => {},
    get: async () => [],
    prune: async () => ({ trees: 0, contents: 0 }),
  };
}

const program = (text: string): CollectedProgram => ({
  frontend: "lang",
  entry: { kind: "file", path: "main.mcl" },
  files: [{ path: "main.mcl", mode: 0o644, content: Buffer.from(text) }],
});
const options = { noop: false, sema: undefined, autoEdges: true, autoGroup: true };

/** Starts a node with a program. @returns what it says */
async function publish(store: Memory, dir: Scratch, text: string, more = {}): Promise<string> {
  const logged: string[] = [];
  const log = (_: string, __: string, message: string): void => void logged.push(message);
  await publishInput(
    store,
    program(text),
    { createdBy: "h1", options, ...more },
    { prefix: dir.prefix, log },
  );
  return logged.join("\n");
}

test("a program is published when there is nothing, when it is another, and not over what others have deployed since", async () => {
  using dir = new Scratch();
  const store = new Memory();
  expect(await publish(store, dir, "a")).toBe("published its program as deploy 1");
  expect(await publish(store, dir, "a")).toBe("its program is deployed already, as deploy 1");
  const [first] = store.all;
  if (first === undefined) throw new Error("there is no deploy");
  await addDeploy(store.deploys, { ...first, files: "other" });
  expect(await publish(store, dir, "a")).toContain("deploy 2 has come since, and stays");
  expect(await publish(store, dir, "b")).toBe("published its program as deploy 3");
  // The options are part of it.
  expect(await publish(store, dir, "b", { options: { ...options, noop: true } })).toContain("as deploy 4");
  rmSync(dir.prefix, { recursive: true });
  expect(await publish(store, dir, "a")).toContain("as deploy 5");
});

test("what is for some hosts only is not what is deployed", async () => {
  using dir = new Scratch();
  const store = new Memory();
  await publish(store, dir, "a");
  const [first] = store.all;
  if (first === undefined) throw new Error("there is no deploy");
  await addDeploy(store.deploys, { ...first, files: "other", hosts: ["h2"] });
  expect(await publish(store, dir, "a")).toBe("its program is deployed already, as deploy 1");
});

test("a number that others take first is given up for the next; a parent that is not there is a failure", async () => {
  const store = new Memory();
  store.rivals = 3;
  const draft = { frontend: "empty", files: undefined, options, createdBy: "h1" } as const;
  expect((await addDeploy(store.deploys, draft)).id).toBe(4);
  const wrong = addDeploy(store.deploys, { ...draft, hash: "h", parent: "wrong" });
  expect(await failureOf(wrong)).toMatchObject({ reason: "other-parent" });
});
