/** Calls a server by etcd's JSON gateway. */

import { isRecord, listField, textField } from "../../../etcd/json.ts";
import { failureText } from "../../../etcd/server/gateway.ts";

/** @param socket of the server @returns its answer @throws Error with what it says */
export async function call(
  socket: string,
  path: string,
  request: unknown,
): Promise<Readonly<Record<string, unknown>>> {
  const response = await fetch(`http://localhost/v3/${path}`, {
    unix: socket,
    method: "POST",
    body: JSON.stringify(request),
    headers: { connection: "close" },
  });
  const answer: unknown = await response.json();
  if (!isRecord(answer)) throw new Error(JSON.stringify(answer));
  if (!response.ok) throw new Error(failureText(answer));
  return answer;
}

export async function put(socket: string, key: string, value: string): Promise<void> {
  await call(socket, "kv/put", { key: btoa(key), value: btoa(value) });
}

/** @returns undefined if there is no such key */
export async function get(socket: string, key: string): Promise<string | undefined> {
  const [found] = listField(await call(socket, "kv/range", { key: btoa(key) }), "kvs");
  return isRecord(found) ? atob(textField(found, "value")) : undefined;
}
