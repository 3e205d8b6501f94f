/** What goes wrong with templates; messages begin with `template: template:LINE`. */

/** A text that is no template. */
export class TemplateParseError extends Error {
  override readonly name = "TemplateParseError";
}

/** A template that fails while it runs. */
export class TemplateExecutionError extends Error {
  override readonly name = "TemplateExecutionError";

  constructor(
    message: string,
    /** Whether a core function failed in a way that `<|>` can catch. */
    readonly isCatchable: boolean,
  ) {
    super(message);
  }
}
