/** The few calls that keeping a server alive takes, by etcd's JSON gateway on the local socket: no client is needed. */
import { isRecord, listField, textField } from "../json.ts";
import type { StoreRepair } from "./alarm-watch.ts";

export interface ServerStatus {
  /** Of the program, `MAJOR.MINOR.PATCH`. */
  readonly version: string;
  readonly clusterId: string;
  readonly memberId: string;
  readonly revision: string;
  readonly hasLeader: boolean;
  /** Size of the store on disk, in bytes. */
  readonly size: number;
  /** Whether an alarm is up somewhere in the cluster. */
  readonly isAlarmed: boolean;
}

export const alarmNames = ["NOSPACE", "CORRUPT"] as const;
export type AlarmName = (typeof alarmNames)[number];

export interface Alarm {
  readonly memberId: string;
  readonly alarm: AlarmName;
}

type Json = Readonly<Record<string, unknown>>;

/** The server wants to know who asks. */
export class Unidentified extends Error {}

/** Nobody is asked there who one is, so that what needs root fails where the servers ask. */
export class Gateway implements StoreRepair {
  readonly #socket: string;

  constructor(socket: string) {
    this.#socket = socket;
  }

  async status(signal: AbortSignal): Promise<ServerStatus> {
    const answer = await this.#call("maintenance/status", {}, signal);
    const header = isRecord(answer.header) ? answer.header : {};
    return {
      version: textField(answer, "version"),
      clusterId: textField(header, "cluster_id"),
      memberId: textField(header, "member_id"),
      revision: textField(header, "revision"),
      hasLeader: !["", "0"].includes(textField(answer, "leader")),
      size: Number(textField(answer, "dbSize")),
      isAlarmed: listField(answer, "errors").some((each) => String(each).includes("alarm:")),
    };
  }

  /** Whether enough members are there to agree on anything. Rejects if nothing is answered until the signal fires. */
  async hasQuorum(signal: AbortSignal): Promise<boolean> {
    try {
      await this.#call("kv/range", { key: Buffer.from("/").toString("base64") }, signal);
      return true;
    } catch (error) {
      signal.throwIfAborted();
      // That one may not read it is said after the others have been asked.
      return !/no leader|timed out/.test(String(error));
    }
  }

  async alarms(signal: AbortSignal): Promise<readonly Alarm[]> {
    const answer = await this.#call("maintenance/alarm", { action: "GET" }, signal);
    return listField(answer, "alarms").flatMap((each): readonly Alarm[] => {
      const alarm = isRecord(each) ? alarmNames.find((name) => name === each.alarm) : undefined;
      return isRecord(each) && alarm !== undefined ? [{ memberId: textField(each, "memberID"), alarm }] : [];
    });
  }

  async compact(revision: string, signal: AbortSignal): Promise<void> {
    await this.#call("kv/compaction", { revision, physical: true }, signal).catch((error: unknown) => {
      if (!String(error).includes("has been compacted")) throw error;
    });
  }

  async defragment(signal: AbortSignal): Promise<void> {
    await this.#call("maintenance/defragment", {}, signal);
  }

  async disarm({ memberId, alarm }: Alarm, signal: AbortSignal): Promise<void> {
    await this.#call("maintenance/alarm", { action: "DEACTIVATE", memberID: memberId, alarm }, signal);
  }

  async #call(path: string, request: Json, signal: AbortSignal): Promise<Json> {
    const response = await fetch(`http://localhost/v3/${path}`, {
      unix: this.#socket,
      method: "POST",
      body: JSON.stringify(request),
      // A connection that is kept could be one to a server that is gone.
      headers: { connection: "close" },
      signal,
    });
    const answer: unknown = await response.json();
    if (!isRecord(answer)) throw new Error(`etcd answers ${path} with ${JSON.stringify(answer)}`);
    if (response.ok) return answer;
    const text = failureText(answer);
    if (/user name is empty|permission denied/.test(text)) throw new Unidentified(text);
    throw new Error(text || `etcd answers ${path} with status ${response.status}`);
  }
}

/** Why a request has failed, in the server's words. Newer gateways say it in another field than older ones. */
export function failureText(answer: Json): string {
  return textField(answer, "message") || textField(answer, "error");
}
