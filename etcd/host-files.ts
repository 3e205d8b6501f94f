/**
 * What this floor needs of files beyond what Node offers; whoever runs it has both already.
 */
export interface HostFiles {
  /**
   * Takes a lock that lasts until the process ends, however it ends, making the file if need be.
   * @returns lets go of it; undefined if another process holds it
   */
  tryLock(path: string): (() => void) | undefined;
  /** Replaces a file as a whole and durably: its path leads to the old or to the new contents at any moment. */
  replaceFile(path: string, bytes: Uint8Array, attributes: { readonly mode: number }): void;
}
