/** Helpers for JSON that others have written. */

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The text of a field; empty if it is missing or no text, as etcd leaves out what is zero. */
export function textField(record: Readonly<Record<string, unknown>>, name: string): string {
  const value = record[name];
  return typeof value === "string" ? value : "";
}

/** The list of a field; empty if it is missing or no list. */
export function listField(record: Readonly<Record<string, unknown>>, name: string): readonly unknown[] {
  const value: unknown = record[name];
  return Array.isArray(value) ? value : [];
}
