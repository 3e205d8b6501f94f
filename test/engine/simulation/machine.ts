import { type ExportKey, type ExportRecord, exportKeyText } from "../../../src/world/export-store.ts";
import type { Nature } from "./nature.ts";

/** One thing that a resource looks after. */
export interface Thing {
  value: string;
  /** So many more attempts to look at it fail; infinitely many: it is broken. */
  failures: number;
  /** They do for want of something. */
  isShort: boolean;
  /** So many more attempts to open it fail. */
  openFailures: number;
}

/** What is on the simulated host, and outlives all processes. */
export class Machine {
  readonly things = new Map<string, Thing>();
  /** The lines of the intent store. */
  intents: readonly string[] = [];
  /** All that was to be written down last was. */
  intentsIntact = true;
  /** Whether nothing can be written to the intent store. */
  intentsFail = false;
  /** By name: what undoes what has been changed. */
  readonly reversals = new Map<string, Nature>();
  /** By name: what there was before it was changed. */
  readonly originals = new Map<string, string>();
  readonly exports = new Map<string, ExportRecord>();
  exportsFail = false;

  thing(name: string): Thing {
    let thing = this.things.get(name);
    if (thing === undefined) {
      thing = { value: "nothing", failures: 0, isShort: false, openFailures: 0 };
      this.things.set(name, thing);
    }
    return thing;
  }

  put(record: ExportRecord): boolean {
    const key = exportKeyText(record);
    const before = this.exports.get(key);
    this.exports.set(key, record);
    return before === undefined || contentOf(before) !== contentOf(record);
  }

  withdraw(key: ExportKey): boolean {
    return this.exports.delete(exportKeyText(key));
  }

  faultsStop(): void {
    this.intentsFail = false;
    this.exportsFail = false;
    for (const thing of this.things.values()) {
      thing.failures = 0;
      thing.openFailures = 0;
    }
  }
}

/** What a record says, as one text. */
export function contentOf({ fields, meta }: ExportRecord): string {
  const text = (entries: Iterable<readonly [string, unknown]>): string =>
    [...entries].map(([name, value]) => `${name}=${String(value)}`).join();
  return `${text(fields)};${text(meta)}`;
}
