/** The formatter was about to do harm; nothing that the user can mend. */
export class FormatDefect extends Error {
  override readonly name = "FormatDefect";

  /** @param harm what would have happened: `change what the program means` */
  constructor(
    readonly path: string,
    harm: string,
    options?: ErrorOptions,
  ) {
    super(
      `cannot format ${path}: that would ${harm}. The file is right and is left as it is; this is a defect in mgmt, please report it together with the file`,
      options,
    );
  }
}
