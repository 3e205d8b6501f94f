import type { ConvergenceStore } from "./convergence-store.ts";
import { follow } from "./follow.ts";
import type { Listener } from "./listener.ts";
import { Watchers } from "./watchers.ts";

const everyone = "";

/** In memory: who says so is this process. */
export class LocalConvergence implements ConvergenceStore {
  readonly #hosts = new Map<string, boolean>();
  readonly #watchers = new Watchers();

  async report(host: string, converged: boolean): Promise<void> {
    if (this.#hosts.get(host) === converged) return;
    this.#hosts.set(host, converged);
    this.#watchers.tell(everyone);
  }

  follow(listener: Listener<ReadonlyMap<string, boolean>>, signal: AbortSignal): void {
    follow(
      () => new Map([...this.#hosts].sort()),
      listener,
      signal,
      (onChange) => this.#watchers.add(everyone, onChange, signal),
    );
  }
}
