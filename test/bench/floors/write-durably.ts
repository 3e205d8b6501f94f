/** Creates the files `0` to `COUNT - 1` in a folder the way mgmt does: temporary file, fsync, rename, fsync of the folder. A third argument says how large they are. */
import { closeSync, constants, fchmodSync, fsyncSync, openSync, renameSync, writeSync } from "node:fs";

const [folder = "", count = "0", size = "0"] = process.argv.slice(2);
const padding = "x".repeat(Number(size));
for (let index = 0; index < Number(count); index++) {
  const temporary = `${folder}/.${index}.tmp`;
  const file = openSync(temporary, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
  writeSync(file, `content of file number ${index}\n${padding}`);
  fchmodSync(file, 0o644);
  fsyncSync(file);
  closeSync(file);
  renameSync(temporary, `${folder}/${index}`);
  const directory = openSync(folder, constants.O_RDONLY | constants.O_DIRECTORY);
  fsyncSync(directory);
  closeSync(directory);
}
