/**
 * The files of a program, wherever they are kept: a directory, a deploy, a table in a test. Paths are relative to
 * the program's base directory, without a leading `./`; they may lead out of it with `../`, and are absolute below
 * an absolute `remote.directory`. Directories are empty or end in `/`.
 */
export interface ModuleFiles {
  /**
   * The text of a file, or undefined where there is none.
   * @throws Error whose message says why an existing file cannot be read
   */
  read(path: string): Promise<string | undefined>;
  /** For modules that are imported by URL; without it, only those that modules bring along are found. */
  readonly remote?: RemoteFiles;
}

export interface RemoteFiles {
  /** The global directory of modules, which is searched last. */
  readonly directory?: string | undefined;
  /**
   * Puts a repository into a directory; absent where nothing is to be downloaded.
   * @throws Error whose message says why it cannot, or that the repository holds no `metadata.yaml`; the directory
   * is as it was then
   */
  readonly download?: ((url: string, directory: string) => Promise<void>) | undefined;
  /**
   * Brings a directory up to date with the repository it came from; absent where what is there is to stay.
   * @throws Error whose message says why it cannot
   */
  readonly update?: ((directory: string) => Promise<void>) | undefined;
}
