import { afterEach, beforeEach, expect } from "bun:test";
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SourceInNamespace } from "../../support/namespace.ts";
import { asRootWith } from "../../support/needs.ts";

let etc: string;

beforeEach(() => {
  etc = mkdtempSync(join(tmpdir(), "mgmt-etc-"));
  for (const name of ["passwd", "group", "nsswitch.conf", "ld.so.cache"]) {
    if (existsSync(`/etc/${name}`)) copyFileSync(`/etc/${name}`, join(etc, name));
  }
});
afterEach(() => rmSync(etc, { recursive: true }));

asRootWith("unshare", "sh")(
  "os.user_exists follows the user database, also when it is replaced",
  async () => {
    await using known = new SourceInNamespace(["--mount"], `mount --bind ${etc} /etc`, [
      "os.user_exists",
      "mgmt-test",
    ]);
    expect(await known.next()).toBe("false");
    const passwd = join(etc, "passwd");
    const before = readFileSync(passwd, "utf8");
    const replace = (content: string): void => {
      writeFileSync(`${passwd}.new`, content);
      renameSync(`${passwd}.new`, passwd);
    };
    const line = "mgmt-test:x:60123:60123::/:/bin/false\n";
    replace(before + line);
    await known.until("true");
    replace(before);
    await known.until("false");
    writeFileSync(passwd, before + line);
    await known.until("true");
    rmSync(passwd);
    await known.until("false");
    replace(before + line);
    await known.until("true");
  },
);
