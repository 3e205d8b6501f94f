import { EtcdError } from "../../../etcd/client/error.ts";
import { DiagnosticError } from "../../../lang/diagnostic.ts";
import { renderDiagnostic } from "../../../lang/diagnostic-render.ts";
import { type Clock, systemClock } from "../../engine/clock.ts";
import { explainError } from "../../os/errors.ts";
import type { Log } from "../../os/log.ts";
import type { Catalogue } from "../../resources/catalogue.ts";
import {
  contentOf,
  type Deploy,
  type DeployStore,
  type FileTreeStore,
  UnreadableDeploy,
} from "../../world/deploy-store.ts";
import type { DeployStatus } from "../../world/host-status-store.ts";
import { removeCopiesOfTrees } from "../host-program.ts";
import type { DeployChoice } from "../options.ts";
import { prepareProgram, type Start } from "../program.ts";
import type { AgentHandle } from "../supply.ts";
import type { DeployCache, KnownDeploy } from "./deploy-cache.ts";
import { ProgramTree, sourceOf } from "./program-tree.ts";

export interface FollowerOptions {
  /** The name of this host. */
  readonly host: string;
  /** The working directory of the agent, absolute. */
  readonly prefix: string;
  readonly deploys: Pick<DeployStore, "followLatest">;
  readonly files: Pick<FileTreeStore, "get">;
  readonly cache: Pick<DeployCache, "load" | "save">;
  readonly kinds: Catalogue;
  readonly choice: DeployChoice;
  readonly autoedges: boolean;
  readonly autogroup: boolean;
  readonly agent: Pick<AgentHandle, "assign" | "dismiss">;
  readonly log: Log;
  /** Told how far the host is, at each change. */
  readonly report: (status: DeployStatus) => void;
  /** Settles when deploys may be looked at. */
  readonly begin?: Promise<void>;
  readonly clock?: Clock;
}

/** In ms: how long the store has to tell what is deployed before this host goes by what it remembers. */
export const patienceWithStore = 10_000;

/** In ms: between two tries to get files while the store is away. */
const retryPause = 1000;

/** A deploy of which the graph is, or is to be, in force. */
interface Taken {
  readonly deploy: Deploy;
  readonly content: string;
}

/**
 * Has an agent run the newest deploy that is for its host. One that cannot be run never takes the place of one that can:
 * it is told of, and what was running before goes on.
 */
export class DeployFollower {
  readonly #options: FollowerOptions;
  readonly #signal: AbortSignal;
  /** The newest that is to be run, until it has been started, or has failed. */
  #wanted: Deploy | undefined;
  #isWorking = false;
  /** Started, and neither in force yet nor refused. */
  #candidate: Deploy | undefined;
  #inForce: Taken | undefined;
  /** Starts a deploy that was refused once more: it may be accepted later, beside one that runs. */
  #startAgain: (() => void) | undefined;
  /** Where the files of the deploy in force are copied to, those of the one before, and those of the next. */
  #copies: { inForce: ReadonlySet<string>; before: ReadonlySet<string> } = {
    inForce: new Set(),
    before: new Set(),
  };
  /** The store has told what is deployed. */
  #isTold = false;
  /** Deploys up to this one do not count. */
  #floor: number | undefined;
  #hasUsedCache = false;
  #hasFirst = false;
  #reported: DeployStatus | undefined;

  constructor(options: FollowerOptions, signal: AbortSignal) {
    this.#options = options;
    this.#signal = signal;
  }

  start(): void {
    const { clock = systemClock, begin = Promise.resolve() } = this.#options;
    this.#report("waiting", undefined);
    const stop = clock.after(patienceWithStore, () => {
      if (!this.#isTold && !this.#signal.aborted) this.#useCache("the store does not answer");
    });
    this.#signal.addEventListener("abort", stop, { once: true });
    void begin.then(() => this.#follow());
  }

  #follow(): void {
    const { deploys, host, log } = this.#options;
    deploys.followLatest(
      {
        onValue: (deploy) => this.#hear(deploy),
        onError: (error) => {
          if (error instanceof EtcdError && error.isTransient) return;
          log("error", "deploy", explainError(error));
          if (!(error instanceof UnreadableDeploy)) return;
          this.#isTold = true;
          this.#report("failed", error.id, error.message);
          this.#fallBack();
        },
      },
      this.#signal,
      host,
    );
  }

  #hear(deploy: Deploy | undefined): void {
    if (this.#signal.aborted) return;
    const { choice, log } = this.#options;
    const isFirst = !this.#isTold;
    this.#isTold = true;
    if (isFirst && choice.onlyNewer) this.#floor = deploy?.id ?? 0;
    if (deploy === undefined) {
      if (this.#inForce === undefined) log("info", "deploy", "nothing is deployed for this host yet");
      else
        log(
          "warn",
          "deploy",
          `the store has no deploy for this host any more; deploy ${this.#inForce.deploy.id} stays`,
        );
      return;
    }
    if (deploy.id <= (this.#floor ?? 0)) {
      if (isFirst) log("info", "deploy", `waiting for a deploy after ${deploy.id}`);
      return;
    }
    if (choice.onlyFirst && this.#hasFirst) {
      log("info", "deploy", `deploy ${deploy.id} is left alone (--no-deploy-watch)`);
      return;
    }
    const { id } = this.#inForce?.deploy ?? { id: 0 };
    if (deploy.id < id)
      log("warn", "deploy", `the store has been set back: its newest deploy is ${deploy.id}, not ${id}`);
    if (this.#candidate !== undefined && isSame(this.#candidate, deploy)) return;
    this.#wanted = deploy;
    void this.#work();
  }

  /** Deals with what is wanted, one after the other; those that are not the newest any more are skipped. */
  async #work(): Promise<void> {
    if (this.#isWorking) return;
    this.#isWorking = true;
    for (let deploy = this.#wanted; deploy !== undefined; deploy = this.#wanted) {
      await this.#take(deploy);
      if (this.#wanted === deploy) this.#wanted = undefined;
      if (this.#signal.aborted) break;
    }
    this.#isWorking = false;
  }

  async #take(deploy: Deploy): Promise<void> {
    const { agent, log } = this.#options;
    const content = contentOf(deploy);
    this.#candidate = undefined;
    this.#startAgain = undefined;
    if (this.#inForce?.content === content) {
      agent.dismiss();
      if (this.#inForce.deploy.id !== deploy.id)
        log(
          "info",
          "deploy",
          `deploy ${deploy.id} is the same as deploy ${this.#inForce.deploy.id}, which runs`,
        );
      this.#inForce = { deploy, content };
      this.#hasFirst = true;
      this.#report("running", deploy.id);
      return;
    }
    try {
      const files = await this.#fetch(deploy);
      if (files === undefined || this.#wanted !== deploy) return;
      this.#report("fetched", deploy.id);
      const known = { deploy, files };
      const start = await this.#prepare(known);
      if (this.#wanted === deploy && !this.#signal.aborted) this.#assign(known, start, "running");
    } catch (error) {
      this.#fail(deploy, error);
    }
  }

  /** @returns undefined if nobody wants them any more. @throws Error if they cannot be had, and will not be */
  async #fetch({ id, files }: Deploy): Promise<KnownDeploy["files"] | undefined> {
    if (files === undefined) return [];
    while (this.#wanted?.id === id && !this.#signal.aborted) {
      try {
        return await this.#options.files.get(files);
      } catch (error) {
        if (!(error instanceof EtcdError) || !error.isTransient) throw error;
        await this.#pause(retryPause);
      }
    }
    return undefined;
  }

  /** @throws DiagnosticError */
  #prepare({ deploy, files }: KnownDeploy): Promise<Start> {
    this.#report("compiling", deploy.id);
    return prepareProgram(sourceOf(deploy, new ProgramTree(files)), this.#options.kinds);
  }

  #assign(known: KnownDeploy, start: Start, state: "running" | "cached"): void {
    const { agent, autoedges, autogroup } = this.#options;
    const { deploy, files } = known;
    const { frontend, options } = deploy;
    const copies = new Set<string>();
    if (state === "running") this.#candidate = deploy;
    agent.assign({
      start,
      name: `deploy ${deploy.id}`,
      frontend,
      directory: "",
      place: { tree: new ProgramTree(files), onCopy: (name) => void copies.add(name) },
      options: {
        noop: options.noop,
        sema: options.sema ?? 0,
        autoedges: autoedges && options.autoEdges,
        autogroup: autogroup && options.autoGroup,
      },
      inForce: () => this.#comesIntoForce(known, copies, state),
      refused: (why) => this.#refused(deploy, why, () => this.#assign(known, start, state)),
    });
  }

  #comesIntoForce(known: KnownDeploy, copies: ReadonlySet<string>, state: "running" | "cached"): void {
    const { log, cache, prefix } = this.#options;
    const { deploy } = known;
    this.#inForce = { deploy, content: contentOf(deploy) };
    log("info", "deploy", `deploy ${deploy.id} is in force`);
    const again = this.#startAgain;
    this.#startAgain = undefined;
    this.#candidate = undefined;
    const failed = this.#reported?.state === "failed" && state === "cached" ? this.#reported : undefined;
    this.#report(failed?.state ?? state, failed === undefined ? deploy.id : failed.id, failed?.message);
    if (state === "cached") again?.();
    this.#copies = { inForce: copies, before: this.#copies.inForce };
    try {
      removeCopiesOfTrees(prefix, new Set([...copies, ...this.#copies.before]));
    } catch (error) {
      log("warn", "deploy", `copies of former deploys stay: ${explainError(error)}`);
    }
    if (state === "cached") return;
    this.#hasFirst = true;
    try {
      cache.save(known);
    } catch (error) {
      log("warn", "deploy", `this host cannot start without the store: ${explainError(error)}`);
    }
  }

  #refused(deploy: Deploy, why: string, again: () => void): void {
    this.#candidate = undefined;
    this.#report("failed", deploy.id, why);
    this.#tellThatItFailed(deploy);
    if (this.#inForce !== undefined) return;
    this.#startAgain = again;
    this.#fallBack();
  }

  #fail(deploy: Deploy, error: unknown): void {
    const { log, agent } = this.#options;
    if (error instanceof DiagnosticError) {
      for (const each of error.diagnostics)
        log("error", deploy.frontend, renderDiagnostic(each, { directory: "", inLog: true }));
      this.#report("failed", deploy.id, error.diagnostics.map(({ message }) => message).join("; "));
    } else {
      log("error", "deploy", explainError(error));
      this.#report("failed", deploy.id, explainError(error));
    }
    // The one before it, if that has not come into force either, is not what is wanted.
    agent.dismiss();
    this.#candidate = undefined;
    this.#tellThatItFailed(deploy);
    this.#fallBack();
  }

  #tellThatItFailed({ id }: Deploy): void {
    const rest = this.#inForce === undefined ? "" : `; deploy ${this.#inForce.deploy.id} stays in force`;
    this.#options.log("error", "deploy", `deploy ${id} cannot be run${rest}`);
  }

  /** After a restart, a deploy that cannot be run does not leave the host with nothing either. */
  #fallBack(): void {
    if (this.#inForce === undefined) this.#useCache("the newest deploy cannot be run");
  }

  #useCache(why: string): void {
    const { cache, choice, log } = this.#options;
    if (this.#hasUsedCache || choice.onlyNewer || this.#inForce !== undefined) return;
    this.#hasUsedCache = true;
    try {
      const known = cache.load();
      if (known === undefined) return;
      log("warn", "deploy", `${why}: starting deploy ${known.deploy.id}, of which this host has a copy`);
      void this.#startCached(known);
    } catch (error) {
      log("warn", "deploy", `the copy of the last deploy is of no use: ${explainError(error)}`);
    }
  }

  async #startCached(known: KnownDeploy): Promise<void> {
    const { deploy, files } = known;
    try {
      const start = await prepareProgram(sourceOf(deploy, new ProgramTree(files)), this.#options.kinds);
      // What the store has told meanwhile is newer.
      const isLate = [this.#wanted, this.#candidate, this.#inForce].some((each) => each !== undefined);
      if (this.#signal.aborted || isLate) return;
      this.#assign(known, start, "cached");
    } catch (error) {
      this.#options.log("error", "deploy", `deploy ${deploy.id} cannot be run: ${explainError(error)}`);
    }
  }

  #report(state: DeployStatus["state"], id: number | undefined, message?: string): void {
    this.#reported = { id, state, message, inForce: this.#inForce?.deploy.id };
    this.#options.report(this.#reported);
  }

  #pause(milliseconds: number): Promise<void> {
    const { clock = systemClock } = this.#options;
    return new Promise((resolve) => {
      const stop = clock.after(milliseconds, resolve);
      const end = (): void => {
        stop();
        resolve();
      };
      this.#signal.addEventListener("abort", end, { once: true });
    });
  }
}

function isSame(a: Deploy, b: Deploy): boolean {
  return a.id === b.id && contentOf(a) === contentOf(b);
}
