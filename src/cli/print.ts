import { writeToStandardOutput } from "../os/standard-output.ts";

/**
 * Prints what was asked for, as a line or several.
 * @throws Error if it cannot be written
 */
export async function print(text: string): Promise<void> {
  await writeToStandardOutput(`${text}\n`);
}
