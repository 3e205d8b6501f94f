import type { Meta } from "../../lang/meta.ts";

/**
 * Counts the retries that were used, so that raising `Meta:retry` allows that many more (engine specification, 2.4).
 */
export class Retries {
  used = 0;

  /** Uses up a retry. @returns whether there was one */
  use({ retry }: Meta): boolean {
    if (retry >= 0 && this.used >= retry) return false;
    this.used++;
    return true;
  }
}
