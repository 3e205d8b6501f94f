/** The few calls that keeping a server alive takes, by etcd's JSON gateway on the local socket: no client is needed. */
import { isRecord, listField, textField } from "../json.ts";

/** A user that may compact, defragment and disarm, where the server asks for one. */
export interface Credentials {
  readonly name: string;
  readonly password: string;
}

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

export class Gateway {
  readonly #socket: string;
  readonly #credentials: Credentials | undefined;

  constructor(socket: string, credentials?: Credentials) {
    this.#socket = socket;
    this.#credentials = credentials;
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

  /** Forgets all revisions before this one. */
  async compact(revision: string, signal: AbortSignal): Promise<void> {
    await this.#privileged("kv/compaction", { revision, physical: true }, signal);
  }

  /** Gives free space back to the file system. The server answers nobody meanwhile. */
  async defragment(signal: AbortSignal): Promise<void> {
    await this.#privileged("maintenance/defragment", {}, signal);
  }

  async disarm({ memberId, alarm }: Alarm, signal: AbortSignal): Promise<void> {
    await this.#privileged("maintenance/alarm", { action: "DEACTIVATE", memberID: memberId, alarm }, signal);
  }

  async #privileged(path: string, request: Json, signal: AbortSignal): Promise<void> {
    const credentials = this.#credentials;
    if (credentials === undefined) {
      await this.#call(path, request, signal);
      return;
    }
    const { name, password } = credentials;
    const token = textField(await this.#call("auth/authenticate", { name, password }, signal), "token");
    await this.#call(path, request, signal, token);
  }

  async #call(path: string, request: Json, signal: AbortSignal, token?: string): Promise<Json> {
    const response = await fetch(`http://localhost/v3/${path}`, {
      unix: this.#socket,
      method: "POST",
      body: JSON.stringify(request),
      // A connection that is kept could be one to a server that is gone.
      headers: { connection: "close", ...(token === undefined ? {} : { authorization: token }) },
      signal,
    });
    const answer: unknown = await response.json();
    if (!isRecord(answer)) throw new Error(`etcd answers ${path} with ${JSON.stringify(answer)}`);
    if (response.ok) return answer;
    throw new Error(textField(answer, "error") || `etcd answers ${path} with status ${response.status}`);
  }
}
