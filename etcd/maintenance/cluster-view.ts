/** All members of a cluster as they are now, for those who may only touch one when all are well. */
import type { EtcdClient } from "../client/client.ts";
import { EtcdError } from "../client/error.ts";
import { type Member, type MemberStatus, Members } from "../client/members.ts";
import type { VersionedMember } from "../upgrade/decide.ts";
import type { Look } from "./defragmentation.ts";

export interface ViewedMember {
  readonly member: Member;
  /** Where it answers; undefined if it does not. */
  readonly url: string | undefined;
  readonly status: MemberStatus | undefined;
}

/** Entries of the log that a member may be behind itself: it is never quite up to date. */
const mostBehind = 5000n;

/** @throws EtcdError if the members are not known */
export async function viewCluster(client: EtcdClient): Promise<readonly ViewedMember[]> {
  const members = new Members(client);
  const { members: all } = await members.list();
  return Promise.all(all.map((member) => view(members, member, urlsOf(member, all, client))));
}

/** A member that is alone may have no other address than the local socket of whoever asks. */
function urlsOf(member: Member, all: readonly Member[], client: EtcdClient): readonly string[] {
  const urls = member.clientUrls.filter((url) => /^(?:https?:|unixs?:\/\/\/)/.test(url));
  return urls.length === 0 && all.length === 1 ? client.connection.endpoints : urls;
}

async function view(members: Members, member: Member, urls: readonly string[]): Promise<ViewedMember> {
  for (const url of urls) {
    try {
      const status = await members.status(url);
      // Another server may have come to listen at its address.
      if (status.memberId === member.id) return { member, url, status };
    } catch (error) {
      if (!(error instanceof EtcdError)) throw error;
    }
  }
  return { member, url: undefined, status: undefined };
}

/** It answers, follows the same leader as all others, keeps up, and complains of nothing. */
function isWell({ status }: ViewedMember, all: readonly ViewedMember[]): boolean {
  if (status?.leader === undefined || status.errors.length > 0) return false;
  if (status.raftIndex - status.raftApplied > mostBehind) return false;
  return all.every(({ status: other }) => other?.leader === undefined || other.leader === status.leader);
}

/** For upgrading. @param self the id of the member of this node */
export async function viewVersions(client: EtcdClient, self: string): Promise<readonly VersionedMember[]> {
  const all = await viewCluster(client);
  return all.map((each): VersionedMember => {
    const { member, status } = each;
    return {
      id: member.id,
      name: member.name,
      isSelf: member.id === self,
      isVoter: !member.isLearner,
      isLeader: status?.leader === member.id,
      isHealthy: isWell(each, all),
      version: status?.version,
    };
  });
}

/** Has another member lead. @throws EtcdError */
export async function handOver(client: EtcdClient, to: string): Promise<void> {
  const all = await viewCluster(client);
  const leader = all.find(({ member, status }) => status?.leader === member.id);
  if (leader?.url === undefined) throw new EtcdError("no-quorum", "the cluster of etcd has no leader now");
  if (leader.member.id !== to) await new Members(client).moveLeader(leader.url, to);
}

/** For defragmenting. */
export async function lookAtStores(client: EtcdClient): Promise<Look> {
  const all = await viewCluster(client);
  return {
    isHealthy: all.every((each) => isWell(each, all)),
    members: all.flatMap(({ member, url, status }) =>
      url === undefined || status === undefined
        ? []
        : [
            {
              name: member.name,
              endpoint: url,
              isLeader: status.leader === member.id,
              size: status.dbSize,
              sizeInUse: status.dbSizeInUse,
            },
          ],
    ),
  };
}
