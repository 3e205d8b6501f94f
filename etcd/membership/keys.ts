import { ClusterKeys } from "../cluster-keys.ts";

/** Where in etcd the members of the cluster are arranged. */
export class MembershipKeys extends ClusterKeys {
  readonly ideal: string;
  readonly deadAfter: string;
  /** The candidates for the controller. */
  readonly controller: string;
  readonly volunteers: string;
  readonly nominations: string;
  readonly leavings: string;
  readonly quarantines: string;
  /** Members whose hosts' names others have taken over. */
  readonly replacements: string;

  /** @param prefix of all keys of the cluster, such as `/_mgmt`, with or without a slash at its end */
  constructor(prefix: string) {
    super(prefix.replace(/\/$/, ""));
    const { root } = this;
    this.ideal = `${root}/cluster/ideal`;
    this.deadAfter = `${root}/cluster/dead-after`;
    this.controller = `${root}/cluster/controller/`;
    this.volunteers = `${root}/volunteer/`;
    this.nominations = `${root}/nominated/`;
    this.leavings = `${root}/leaving/`;
    this.quarantines = `${root}/quarantine/`;
    this.replacements = `${root}/replaced/`;
  }

  volunteer(host: string): string {
    return this.volunteers + escapeName(host);
  }

  nomination(host: string): string {
    return this.nominations + escapeName(host);
  }

  leaving(host: string): string {
    return this.leavings + escapeName(host);
  }

  quarantine(host: string): string {
    return this.quarantines + escapeName(host);
  }

  replacement(memberId: string): string {
    return this.replacements + memberId;
  }

  /** The host that a key below a prefix belongs to. */
  hostOf(prefix: string, key: string): string {
    return key
      .slice(prefix.length)
      .replace(/%([\dA-F]{2})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
  }
}

/** As in all keys of the cluster: names of hosts come out as they are. */
function escapeName(host: string): string {
  return host.replace(
    /[%/\0-\x1f\x7f]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`,
  );
}
