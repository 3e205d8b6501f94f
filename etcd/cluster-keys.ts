/** Keys by which nodes find their cluster, and who is in it. Below one root, which is handed in. */
export class ClusterKeys {
  readonly info: string;
  readonly endpoints: string;
  /** Where to join, by node. */
  readonly joinUrls: string;
  /** Who has joined. */
  readonly hosts: string;
  readonly tokens: string;
  /** Which certificates have been made for whom. */
  readonly issuances: string;
  /** Which of them are not to be trusted any more. */
  readonly revocations: string;

  constructor(readonly root: string) {
    this.info = `${root}/cluster/info`;
    this.endpoints = `${root}/cluster/endpoints`;
    this.joinUrls = `${root}/cluster/join/`;
    this.hosts = `${root}/host/`;
    this.tokens = `${root}/token/`;
    this.issuances = `${root}/issued/`;
    this.revocations = `${root}/revoked/`;
  }

  joinUrlsOf(name: string): string {
    return `${this.joinUrls}${name}`;
  }

  host(name: string): string {
    return `${this.hosts}${name}`;
  }

  /** @param id SHA-256 of the secret, in hexadecimal */
  token(id: string): string {
    return `${this.tokens}${id}`;
  }

  /** Those for one node. */
  issuancesTo(name: string): string {
    return `${this.issuances}${name}/`;
  }

  /** @param serial as `serialOf` has it; so does {@link revocation} */
  issuance(name: string, serial: string): string {
    return `${this.issuancesTo(name)}${serial}`;
  }

  revocation(serial: string): string {
    return `${this.revocations}${serial}`;
  }
}
