import { join } from "node:path";
import { compareBytes } from "../../lang/bytes.ts";
import { chooseHosts } from "./choose-hosts.ts";
import { follow } from "./follow.ts";
import type { Listener } from "./listener.ts";
import { decodeSchedule, encodeSchedule } from "./schedule-codec.ts";
import type { ScheduleOptions, ScheduleStore } from "./schedule-store.ts";
import { fileNameOf, TextFiles } from "./text-files.ts";
import { Watchers } from "./watchers.ts";

interface Namespace {
  readonly asking: Map<string, ScheduleOptions>;
  /** Where registrations are that persist: a file for each host. */
  readonly files: TextFiles;
  chosen: readonly string[];
  /** By host: calls off the end of a registration that was released. */
  readonly ending: Map<string, () => void>;
}

/** Timers of the runtime take no more than 31 bits of milliseconds. */
const longestTimer = 2 ** 31 - 1;

/** The scheduler of a host that is alone. Registrations end with the process, unless they persist on its disk. */
export class LocalSchedules implements ScheduleStore {
  readonly #namespaces = new Map<string, Namespace>();
  readonly #watchers = new Watchers();

  constructor(readonly directory: string) {}

  async registration(name: string, host: string): Promise<ScheduleOptions | undefined> {
    return this.#namespace(name).asking.get(host);
  }

  async register(name: string, host: string, options: ScheduleOptions): Promise<boolean> {
    const namespace = this.#namespace(name);
    stay(namespace, host);
    const text = encodeSchedule(options);
    const before = namespace.asking.get(host);
    if (before !== undefined && encodeSchedule(before) === text) return false;
    if (options.persist) namespace.files.write(host, text);
    else namespace.files.remove(host);
    namespace.asking.set(host, options);
    this.#choose(name, namespace);
    return true;
  }

  async withdraw(name: string, host: string): Promise<boolean> {
    const namespace = this.#namespace(name);
    stay(namespace, host);
    if (!namespace.asking.has(host)) return false;
    namespace.files.remove(host);
    namespace.asking.delete(host);
    this.#choose(name, namespace);
    return true;
  }

  async release(name: string, host: string): Promise<void> {
    const namespace = this.#namespace(name);
    const options = namespace.asking.get(host);
    if (options === undefined || options.persist) return;
    if (options.ttl === undefined) return void (await this.withdraw(name, host));
    stay(namespace, host);
    const timer = setTimeout(
      () => void this.withdraw(name, host),
      Math.min(options.ttl * 1000, longestTimer),
    );
    // The registration ends with the process anyway.
    timer.unref();
    namespace.ending.set(host, () => clearTimeout(timer));
  }

  followRegistration(
    name: string,
    host: string,
    listener: Listener<ScheduleOptions | undefined>,
    signal: AbortSignal,
  ): void {
    follow(
      () => this.#namespace(name).asking.get(host),
      listener,
      signal,
      (onChange) => this.#watchers.add(name, onChange, signal),
      Object.is,
    );
  }

  follow(name: string, listener: Listener<readonly string[]>, signal: AbortSignal): void {
    follow(
      () => this.#namespace(name).chosen.toSorted(compareBytes),
      listener,
      signal,
      (onChange) => this.#watchers.add(name, onChange, signal),
      (a, b) => a.length === b.length && a.every((host, index) => host === b[index]),
    );
  }

  #choose(name: string, namespace: Namespace): void {
    const arrived = [...namespace.asking.keys()];
    namespace.chosen = chooseHosts(namespace.asking, namespace.chosen, undefined, (host) =>
      arrived.indexOf(host),
    );
    this.#watchers.tell(name);
  }

  #namespace(name: string): Namespace {
    let namespace = this.#namespaces.get(name);
    if (namespace === undefined) {
      const files = new TextFiles(join(this.directory, fileNameOf(name)));
      const asking = new Map<string, ScheduleOptions>();
      for (const [host, text] of files.readAll()) {
        const options = decodeSchedule(text);
        if (options !== undefined) asking.set(host, options);
      }
      namespace = { asking, files, chosen: chooseHosts(asking, []), ending: new Map() };
      this.#namespaces.set(name, namespace);
    }
    return namespace;
  }
}

function stay({ ending }: Namespace, host: string): void {
  ending.get(host)?.();
  ending.delete(host);
}
