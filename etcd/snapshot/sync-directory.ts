import { open } from "node:fs/promises";

/** Makes what happened to names in a directory durable. */
export async function syncDirectory(directory: string): Promise<void> {
  const opened = await open(directory, "r");
  try {
    await opened.sync().catch(() => {
      // Some file systems have none for directories.
    });
  } finally {
    await opened.close();
  }
}
