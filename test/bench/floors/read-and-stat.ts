/** Reads and stats the files `0` to `COUNT - 1` in a folder. */
import { readFileSync, statSync } from "node:fs";

const [folder = "", count = "0"] = process.argv.slice(2);
let bytes = 0;
for (let index = 0; index < Number(count); index++) {
  bytes += readFileSync(`${folder}/${index}`).length + (statSync(`${folder}/${index}`).mode & 0);
}
if (bytes === 0) process.exit(1);
