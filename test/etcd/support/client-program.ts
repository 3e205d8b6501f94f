/** Follows, sets and leads by the URL of a server that it is given; compiled and run where no package is in sight. */
import { EtcdClient } from "../../../etcd/client/client.ts";

const client = new EtcdClient({ endpoints: [process.argv[2] ?? ""], timeout: 3000 });
const ends = new AbortController();
const bytes = (text: string): Uint8Array => Buffer.from(text);
try {
  const leadership = Promise.withResolvers<void>();
  const campaign = client.campaign(
    { prefix: "/election/", value: bytes("program"), ttl: 2, lead: () => leadership.resolve() },
    ends.signal,
  );
  const told = Promise.withResolvers<string>();
  const follower = {
    onChange({ entries }: { readonly entries: ReadonlyMap<string, { readonly value: Uint8Array }> }) {
      const entry = entries.get("/key");
      if (entry !== undefined) told.resolve(Buffer.from(entry.value).toString());
    },
    onError: told.reject,
  };
  client.follow({ prefix: "/" }, follower, ends.signal);
  await leadership.promise;
  await client.set("/key", bytes("told"));
  console.log(await told.promise);
  ends.abort();
  await campaign;
} catch (error) {
  console.log(String(error));
}
client.close();
