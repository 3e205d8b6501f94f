import type { LogLine } from "./log-reader.ts";

/** A line that was said again while its like were gathered. */
interface Gathering {
  readonly timer: ReturnType<typeof setTimeout>;
  repeats: number;
  last: LogLine;
}

/**
 * Tells lines about one topic once, and then how often they came: a server that misses another one says so several
 * times a second.
 */
export class LogFolder {
  readonly #tell: (line: LogLine) => void;
  readonly #windowMs: number;
  readonly #gathered = new Map<string, Gathering>();

  constructor(tell: (line: LogLine) => void, windowMs: number) {
    this.#tell = tell;
    this.#windowMs = windowMs;
  }

  push(line: LogLine): void {
    const gathering = this.#gathered.get(line.topic);
    if (gathering === undefined) {
      this.#tell(line);
      this.#gather(line);
      return;
    }
    gathering.repeats++;
    gathering.last = line;
  }

  /** Tells what is gathered. */
  flush(): void {
    for (const [topic, gathering] of this.#gathered) {
      clearTimeout(gathering.timer);
      this.#gathered.delete(topic);
      this.#tellRepeats(gathering);
    }
  }

  #gather(line: LogLine): void {
    const timer = setTimeout(() => {
      const gathering = this.#gathered.get(line.topic);
      this.#gathered.delete(line.topic);
      if (gathering === undefined || gathering.repeats === 0) return;
      this.#tellRepeats(gathering);
      // Who goes on is gathered on.
      this.#gather(gathering.last);
    }, this.#windowMs);
    timer.unref();
    this.#gathered.set(line.topic, { timer, repeats: 0, last: line });
  }

  #tellRepeats({ repeats, last }: Gathering): void {
    if (repeats === 0) return;
    const times = repeats === 1 ? "once more" : `${repeats} times more`;
    this.#tell({ ...last, message: `${last.message} [${times}]` });
  }
}
