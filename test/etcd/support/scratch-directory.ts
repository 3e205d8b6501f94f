import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { HostFiles } from "../../../etcd/host-files.ts";
import { replaceFile } from "../../../src/os/atomic-file.ts";
import { tryLock } from "../../../src/os/lock.ts";

export const files: HostFiles = { replaceFile, tryLock };

/** A fresh directory, which goes with the object. */
export class ScratchDirectory implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), "mgmt-pki-"));

  at(...names: readonly string[]): string {
    return join(this.path, ...names);
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
