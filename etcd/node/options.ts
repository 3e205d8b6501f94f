import type { Grant } from "../access/access.ts";
import type { WatchMonitor } from "../client/watches.ts";
import type { HostFiles } from "../host-files.ts";
import type { Role } from "../pki/role.ts";
import type { Timings } from "../server/timings.ts";
import type { StagedProgram } from "../stage.ts";
import type { AddressWishes } from "./addresses.ts";
import type { NodeEvent } from "./events.ts";

export interface NodeOptions {
  /** What the node is called, also as a member. */
  readonly name: string;
  /** Of its server and what it remembers, see `server/layout.ts`; such as `PREFIX/etcd`. */
  readonly directory: string;
  /** Of its certificates, see `pki/pki-files.ts`; such as `PREFIX/pki`. */
  readonly pkiDirectory: string;
  /** For snapshots of the store, such as `PREFIX/snapshots`. */
  readonly snapshots: string;
  /** Below which all keys of the cluster are, such as `/_mgmt`. */
  readonly rootKey: string;
  readonly files: HostFiles;
  /** Provides the server's program, where one is to run. */
  readonly program: (signal: AbortSignal) => Promise<StagedProgram>;
  /** Leads to servers that are not reached directly: URLs of theirs come in, those to be used go out. */
  readonly route?: ((urls: readonly string[]) => Promise<readonly string[]>) | undefined;
  /**
   * Cuts the connections that others have made to ports of a process. Without it, or where it throws, the server is started
   * again where that is needed. @returns how many there were
   */
  readonly cutConnections?: ((pid: number, ports: readonly number[]) => number) | undefined;
  /** URLs of servers for clients. */
  readonly seeds: readonly string[];
  /** The line that lets it in. */
  readonly token?: string | undefined;
  /** What it wants to be; what the token says if not given. */
  readonly role?: Role | undefined;
  /** Take the name over from another node. */
  readonly replace: boolean;
  /** Only come to the cluster, and do nothing for it. */
  readonly isPassive?: boolean;
  /** Be no member, even if one is wanted. */
  readonly noServer: boolean;
  /** What it shares with others that fail together with it, such as a building; empty if there is nothing like that. */
  readonly zone: string;
  /** How many voters a new cluster wants. */
  readonly ideal?: number | undefined;
  readonly addresses: AddressWishes;
  /** What a node may do. */
  readonly grants: (name: string, role: Role) => readonly Grant[];
  /** What servers may do beside that. */
  readonly serverGrants: readonly Grant[];
  /** Must not throw. */
  readonly onEvent: (event: NodeEvent) => void;
  /** Is told of watches that break and go on. */
  readonly monitor?: WatchMonitor | undefined;
  /** Ends the attempt to begin. */
  readonly signal?: AbortSignal | undefined;
  readonly timings?: Partial<Timings> | undefined;
}
