import { parseUrl, UrlError, type UrlParts } from "../../../lang/core/support/url.ts";

/** The parts of a URL, or what keeps the text from being one. */
export function readUrl(text: string): UrlParts | { readonly flaw: string } {
  try {
    return parseUrl(text);
  } catch (error) {
    if (error instanceof UrlError) return { flaw: error.message };
    throw error;
  }
}
