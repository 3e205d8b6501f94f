/** Which variable of a template a name means, while the template is parsed. */

/** A name in a template. */
export interface Declared {
  readonly name: string;
  readonly slot: number;
}

interface Entry extends Declared {
  /** A name that has no value where the parser is may be written, but means an earlier variable, or none. */
  hasValue: boolean;
}

export class Variables {
  readonly #entries: Entry[] = [];
  readonly #byName = new Map<string, Entry[]>();
  #slots = 0;

  constructor() {
    // The data that the template is called with.
    this.define(this.declare("$"));
  }

  /** How many variables there have been. */
  get slots(): number {
    return this.#slots;
  }

  isKnown(name: string): boolean {
    return (this.#byName.get(name)?.length ?? 0) > 0;
  }

  slotOf(name: string): number | undefined {
    return this.#byName.get(name)?.findLast((entry) => entry.hasValue)?.slot;
  }

  /** Makes a name known, without a value. */
  declare(name: string): Declared {
    const entry = { name, slot: this.#slots++, hasValue: false };
    this.#entries.push(entry);
    const sameName = this.#byName.get(name);
    if (sameName === undefined) this.#byName.set(name, [entry]);
    else sameName.push(entry);
    return entry;
  }

  /** From here on the name means this variable. */
  define(declared: Declared): void {
    const entry = this.#byName.get(declared.name)?.findLast(({ slot }) => slot === declared.slot);
    if (entry !== undefined) entry.hasValue = true;
  }

  /** For {@link forgetValues} and {@link drop}. */
  get mark(): number {
    return this.#entries.length;
  }

  /** Whatever was declared since the mark has no value any more. */
  forgetValues(mark: number): void {
    for (const entry of this.#entries.slice(mark)) entry.hasValue = false;
  }

  /** Whatever was declared since the mark is not known any more. */
  drop(mark: number): void {
    for (const { name } of this.#entries.splice(mark).reverse()) this.#byName.get(name)?.pop();
  }
}
