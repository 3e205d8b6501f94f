import type { EtcdClient } from "../../etcd/client/client.ts";
import { decodeBytes } from "../../lang/bytes.ts";
import type { Listener } from "./listener.ts";

/**
 * Tells what the text of one key says, or that there is none; not twice the same, unless there was one in between, which
 * whoever has put it should know.
 */
export function followKey<T>(
  client: EtcdClient,
  key: string,
  read: (text: string | undefined) => T,
  listener: Listener<T>,
  signal: AbortSignal,
): void {
  let told: { readonly text: string | undefined } | undefined;
  client.follow(
    { key },
    {
      onChange({ entries, changes }) {
        const entry = entries.get(key);
        const text = entry === undefined ? undefined : decodeBytes(entry.value);
        const cameAndWent = text === undefined && changes.length > 0;
        if (told !== undefined && told.text === text && !cameAndWent) return;
        told = { text };
        listener.onValue(read(text));
      },
      onError(error) {
        told = undefined;
        listener.onError(error);
      },
    },
    signal,
  );
}
