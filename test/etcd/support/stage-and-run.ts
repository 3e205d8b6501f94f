/** Stages etcd and runs it. Arguments: where it belongs, and a directory for files of this run. */
import { programVersion } from "../../../etcd/program-version.ts";
import { stage } from "../../../etcd/stage.ts";
import { replaceFile } from "../../../src/os/atomic-file.ts";
import { tryLock } from "../../../src/os/lock.ts";

const [directory = "", runtime = ""] = process.argv.slice(2);
const { path, remark } = await stage("etcd", {
  directory,
  files: { replaceFile, tryLock },
  environment: { XDG_RUNTIME_DIR: runtime },
});
console.log(remark);
console.log(`runs etcd ${programVersion(path)}`);
