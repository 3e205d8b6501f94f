/** Keys by which nodes find their cluster, and who is in it. Below one root, which is handed in. */
export class ClusterKeys {
  readonly info: string;
  readonly endpoints: string;
  /** Where to join, by node. */
  readonly joinUrls: string;
  /** Who has joined. */
  readonly hosts: string;
  readonly tokens: string;

  constructor(readonly root: string) {
    this.info = `${root}/cluster/info`;
    this.endpoints = `${root}/cluster/endpoints`;
    this.joinUrls = `${root}/cluster/join/`;
    this.hosts = `${root}/host/`;
    this.tokens = `${root}/token/`;
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
}
