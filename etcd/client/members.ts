import type { EtcdClient } from "./client.ts";
import type { Repetition } from "./connection.ts";
import { EtcdError } from "./error.ts";
import { ClusterClient, type IMember, MaintenanceClient } from "./etcd3.ts";

/** A member of a cluster, as the cluster knows it. */
export interface Member {
  /** A decimal number, as etcd prints it in JSON. */
  readonly id: string;
  /** Empty for one that has never been started. */
  readonly name: string;
  readonly isStarted: boolean;
  /** Whether it has no vote yet. */
  readonly isLearner: boolean;
  readonly peerUrls: readonly string[];
  /** Empty for one that has never been started. */
  readonly clientUrls: readonly string[];
}

export interface MemberList {
  /** The number of the cluster. */
  readonly cluster: string;
  readonly members: readonly Member[];
}

/** What one server says of itself. */
export interface MemberStatus {
  readonly memberId: string;
  readonly cluster: string;
  /** Of its program, `MAJOR.MINOR.PATCH`. */
  readonly version: string;
  /** The member that leads, as far as it knows; undefined if it knows of none. */
  readonly leader: string | undefined;
  readonly isLearner: boolean;
  /** What it knows to be agreed upon, and what of it is in its store: entries of the log. */
  readonly raftIndex: bigint;
  readonly raftApplied: bigint;
  readonly raftTerm: bigint;
  /** Bytes that the store takes on disk. */
  readonly dbSize: number;
  /** Bytes of it that are in use; 0 where the server does not tell. */
  readonly dbSizeInUse: number;
  /** Alarms, and that there is no leader, in the server's words. */
  readonly errors: readonly string[];
}

/**
 * The members of the cluster that a client is connected to. All but {@link list} and {@link status} need the rights of
 * root. All methods throw an {@link EtcdError}.
 */
export class Members {
  readonly #client: EtcdClient;

  constructor(client: EtcdClient) {
    this.#client = client;
  }

  /**
   * Up to etcd 3.4, as the server that is asked knows them, which may lag behind the others.
   * @param isStale whether that is enough with later ones, too: it is all there is without a quorum
   */
  async list(isStale = false): Promise<MemberList> {
    const { header, members } = await this.#cluster({}).memberList({ linearizable: !isStale });
    return { cluster: header.cluster_id, members: members.map(fromMessage) };
  }

  /** Adds a member that is to catch up before it votes. It costs no quorum. @returns all members with it */
  async addLearner(
    peerUrls: readonly string[],
  ): Promise<{ readonly added: Member; readonly members: readonly Member[] }> {
    const { member, members } = await this.#cluster("never").memberAdd({
      peerURLs: [...peerUrls],
      isLearner: true,
    });
    return { added: fromMessage(member), members: members.map(fromMessage) };
  }

  /**
   * Lets a learner vote that has caught up.
   * @param leader a URL of the leader: where users are known by their certificates, others cannot pass the request on
   */
  async promote(id: string, leader: string, timeout = 5000): Promise<void> {
    await this.#client.connection.ask(leader, timeout, (calls) =>
      new ClusterClient(calls).memberPromote({ ID: id }),
    );
  }

  /** Its server ends by itself when it hears of it. */
  remove(id: string): Promise<void> {
    return settled("no-member", (repetition) => this.#cluster(repetition).memberRemove({ ID: id }));
  }

  async updatePeerUrls(id: string, peerUrls: readonly string[]): Promise<void> {
    await this.#cluster({}).memberUpdate({ ID: id, peerURLs: [...peerUrls] });
  }

  /**
   * Asks one server, once.
   * @param url it need not be one of those that the client is connected to
   * @param timeout in ms
   * @throws EtcdError, or TypeError for a URL that is none of a server, as those of a socket in another's directory
   */
  async status(url: string, timeout = 2000): Promise<MemberStatus> {
    const answer = await this.#client.connection.ask(url, timeout, (calls) =>
      new MaintenanceClient(calls).status(),
    );
    return {
      memberId: answer.header.member_id,
      cluster: answer.header.cluster_id,
      version: answer.version,
      leader: answer.leader === "0" ? undefined : answer.leader,
      isLearner: answer.isLearner,
      raftIndex: BigInt(answer.raftIndex),
      raftApplied: BigInt(answer.raftAppliedIndex),
      raftTerm: BigInt(answer.raftTerm),
      dbSize: Number(answer.dbSize),
      dbSizeInUse: Number(answer.dbSizeInUse),
      errors: answer.errors,
    };
  }

  /** @param leader a URL of the leader, which alone can do it @param to the id of the voter that is to lead */
  async moveLeader(leader: string, to: string, timeout = 5000): Promise<void> {
    await this.#client.connection.ask(leader, timeout, (calls) =>
      new MaintenanceClient(calls).moveLeader({ targetID: to }),
    );
  }

  #cluster(repetition: Repetition): ClusterClient {
    return new ClusterClient(this.#client.connection.calls(repetition));
  }
}

/** @param done what is said if it has been done before: a try whose answer was lost has done it */
async function settled(
  done: EtcdError["kind"],
  request: (repetition: Repetition) => Promise<unknown>,
): Promise<void> {
  let isRepeated = false;
  try {
    await request({ onRepeat: () => (isRepeated = true) });
  } catch (error) {
    if (!isRepeated || !(error instanceof EtcdError) || error.kind !== done) throw error;
  }
}

function fromMessage({ ID, name, peerURLs, clientURLs, isLearner }: IMember): Member {
  return {
    id: ID,
    name,
    isStarted: clientURLs.length > 0,
    isLearner,
    peerUrls: peerURLs,
    clientUrls: clientURLs,
  };
}
