/** Makes an etcd client and a request that nobody answers; compiled and run where no package is in sight. */
import "../../../etcd/protocol-files.ts";

const { Etcd3 } = await import("etcd3");
const client = new Etcd3({ hosts: "127.0.0.1:1", dialTimeout: 200 });
try {
  await client.get("key").string();
  console.log("answered");
} catch (error) {
  console.log(error instanceof Error ? `${error.name}: ${error.message}` : "no error");
} finally {
  client.close();
}
process.exit(0);
