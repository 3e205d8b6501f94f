/**
 * The files of a program, wherever they are kept: a directory, a deploy, a table in a test. Paths are relative to
 * the program's base directory, without a leading `./`; they may lead out of it with `../`.
 */
export interface ModuleFiles {
  /**
   * The text of a file, or undefined where there is none.
   * @throws Error whose message says why an existing file cannot be read
   */
  read(path: string): Promise<string | undefined>;
}
