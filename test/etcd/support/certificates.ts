import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** An authority that lives in a directory of its own, and what it has signed. Needs `openssl`. */
export class Authority implements Disposable {
  readonly #directory = mkdtempSync(join(tmpdir(), "mgmt-authority-"));

  constructor() {
    this.#openssl(
      ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"],
      ...["-subj", "/CN=authority", "-keyout", "ca.key", "-out", "ca.crt"],
    );
  }

  /** @param name the common name; @param serverName what a server is to be known by, if it is one */
  sign(name: string, serverName = "client.invalid"): { readonly certificate: string; readonly key: string } {
    const extensions = join(this.#directory, `${name}.ext`);
    writeFileSync(extensions, `subjectAltName=DNS:${serverName}\nextendedKeyUsage=serverAuth,clientAuth\n`);
    this.#openssl(
      ...["req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"],
      ...["-subj", `/CN=${name}`, "-keyout", `${name}.key`, "-out", `${name}.csr`],
    );
    this.#openssl(
      ...["x509", "-req", "-in", `${name}.csr`, "-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial"],
      ...["-days", "2", "-extfile", extensions, "-out", `${name}.crt`],
    );
    return { certificate: this.text(`${name}.crt`), key: this.text(`${name}.key`) };
  }

  path(file: string): string {
    return join(this.#directory, file);
  }

  text(file: string): string {
    return readFileSync(this.path(file), "utf8");
  }

  [Symbol.dispose](): void {
    rmSync(this.#directory, { recursive: true });
  }

  #openssl(...words: readonly string[]): void {
    const { success, stderr } = Bun.spawnSync(["openssl", ...words], { cwd: this.#directory });
    if (!success) throw new Error(stderr.toString());
  }
}
