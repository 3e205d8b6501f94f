/** Text that does not steer the terminal it is shown on; lines and tabs stay. */
export function harmless(text: string): string {
  return text.replace(/[\0-\x08\x0b-\x1f\x7f-\x9f]/g, (control) =>
    control === "\r" ? "\\r" : `\\x${control.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
}

/** {@link harmless}, in one line: what may hold anything must not pass for lines of its own. */
export function oneLine(text: string): string {
  return harmless(text).replaceAll("\n", "\\n");
}
