/** Which program an agent runs, and how another one takes its place. */
import type { Report } from "../../lang/flow/evaluation.ts";
import type { Host } from "../../lang/host.ts";
import { explainError } from "../os/errors.ts";
import type { Log } from "../os/log.ts";
import type { ProgramPlace } from "./host-program.ts";
import type { Metrics } from "./metrics/metrics.ts";
import type { Reports, Start } from "./program.ts";
import { tellAwaited } from "./tell-awaited.ts";

/** A program that is sound, and what holds while it runs. */
export interface Assignment {
  readonly start: Start;
  /** For people who ask what runs. */
  readonly name: string;
  /** Who speaks in the log. */
  readonly frontend: string;
  /** What people write before the paths inside the program to find its files; empty or ending in `/`. */
  readonly directory: string;
  /** Where its files are. */
  readonly place: ProgramPlace | undefined;
  readonly options: GraphOptions;
  /** Its first graph has been accepted, and the program before has ended. */
  inForce?(): void;
  /**
   * What it comes to cannot be run, and nothing that it came to was before. It goes on: something may change so that it
   * can. Without this, a mistake of the agent's in running it ends the agent.
   */
  refused?(why: string): void;
}

/** What holds for all graphs of a program, beside what the agent itself was told. */
export interface GraphOptions {
  readonly noop: boolean;
  /** 0 for no limit. */
  readonly sema: number;
  readonly autoedges: boolean;
  readonly autogroup: boolean;
}

/** What became of a graph. */
export type Verdict =
  | {
      readonly kind: "accepted";
      /** Resolves when it has taken effect. */
      readonly swapped: Promise<void>;
    }
  | { readonly kind: "refused"; readonly why: string };

export interface ProgramLinks {
  readonly log: Log;
  readonly metrics: Metrics | undefined;
  /** The machine as a program sees it, until the signal fires. */
  host(assignment: Assignment, signal: AbortSignal): Host;
  /** Has the engine run what a program has come to. */
  apply(assignment: Assignment, report: Report): Verdict;
  /** Called after each verdict. @param upcoming settles when the program has more to say. @returns when to go on */
  judged(verdict: Verdict, upcoming: Promise<unknown>): Promise<void> | undefined;
  /** What should not be. */
  crash(error: unknown): void;
  /** Another program is in force, or there is another problem with one. */
  changed(): void;
}

interface Running {
  readonly assignment: Assignment;
  readonly ends: AbortController;
  /** What keeps it from saying anything new that can be run. */
  problem: string | undefined;
}

/**
 * One program is in force. Another one that is to replace it runs beside it until the engine has accepted its first graph; only
 * then does the one before end.
 */
export class Programs {
  readonly #links: ProgramLinks;
  #inForce: Running | undefined;
  #upcoming: Running | undefined;
  #hasEnded = false;

  constructor(links: ProgramLinks) {
    this.#links = links;
  }

  /** The program in force, or the one that is to be the first. */
  get name(): string | undefined {
    return (this.#inForce ?? this.#upcoming)?.assignment.name;
  }

  get problem(): string | undefined {
    return this.#upcoming?.problem ?? this.#inForce?.problem;
  }

  /** Starts a program. One that was started before, and has not come into force, ends. */
  assign(assignment: Assignment): void {
    this.dismiss();
    if (this.#hasEnded) return;
    const running: Running = { assignment, ends: new AbortController(), problem: undefined };
    this.#upcoming = running;
    this.#guard(running, () => this.#start(running));
  }

  /** Ends a program that has not come into force. */
  dismiss(): void {
    this.#upcoming?.ends.abort();
    this.#upcoming = undefined;
  }

  /** Ends all of them. */
  end(): void {
    this.#hasEnded = true;
    this.dismiss();
    this.#inForce?.ends.abort();
  }

  /** Notes why a program says nothing new that can be run. */
  notice(assignment: Assignment, problem: string | undefined): void {
    for (const each of [this.#upcoming, this.#inForce]) {
      if (each?.assignment === assignment) each.problem = problem;
    }
    this.#links.changed();
  }

  #start(running: Running): void {
    const { assignment, ends } = running;
    const host = this.#links.host(assignment, ends.signal);
    const reports = assignment.start(host, ends.signal, this.#links.metrics);
    const stopTelling = tellAwaited(reports, this.#links.log);
    ends.signal.addEventListener("abort", stopTelling, { once: true });
    this.#follow(running, reports).catch((error: unknown) =>
      this.#guard(running, () => {
        throw error;
      }),
    );
  }

  /** A program that somebody sent is to do no harm to the one before. */
  #guard(running: Running, work: () => void): void {
    const { assignment } = running;
    try {
      work();
    } catch (error) {
      if (assignment.refused === undefined || this.#inForce === running) this.#links.crash(error);
      else this.#refuse(running, explainError(error));
    }
  }

  /** Hands every state of a program to the engine. */
  async #follow(running: Running, reports: Reports): Promise<void> {
    const { assignment, ends } = running;
    let upcoming = reports.next();
    for (;;) {
      const report = await upcoming;
      if (report === undefined || ends.signal.aborted) return;
      upcoming = reports.next();
      const verdict = this.#links.apply(assignment, report);
      this.notice(assignment, verdict.kind === "refused" ? verdict.why : undefined);
      if (verdict.kind === "refused") this.#refuse(running, verdict.why);
      else this.#accept(running);
      await this.#links.judged(verdict, upcoming);
    }
  }

  #accept(running: Running): void {
    if (this.#upcoming !== running) return;
    const before = this.#inForce;
    this.#inForce = running;
    this.#upcoming = undefined;
    before?.ends.abort();
    running.assignment.inForce?.();
    this.#links.changed();
  }

  #refuse(running: Running, why: string): void {
    if (this.#upcoming === running) running.assignment.refused?.(why);
  }
}
