/** Everything in the store may be changed with this; agents and people have commands instead. */
import { Authority } from "../../../etcd/pki/authority.ts";
import { replaceFile } from "../../../src/os/atomic-file.ts";
import { tryLock } from "../../../src/os/lock.ts";
import { type Host, prefix } from "./host.ts";

/** Puts a key as root of the store. @param host a server of the cluster */
export async function putAsRoot(host: Host, key: string, value: string): Promise<void> {
  const authority = await Authority.load(host.path(`${prefix}/pki`), { replaceFile, tryLock });
  const root = await authority.rootClient();
  host.file("/run/root.crt").write(root.certificate);
  host.file("/run/root.key").write(root.key);
  const options = [
    `--endpoints=https://${host.address}:2379`,
    `--cacert=${prefix}/pki/ca.crt`,
    "--cert=/run/root.crt",
    "--key=/run/root.key",
  ];
  const { status, stderr } = await host.run(["etcdctl", ...options, "put", "--", key, value]);
  host.file("/run/root.crt").remove();
  host.file("/run/root.key").remove();
  if (status !== 0) throw new Error(`${key} cannot be put: ${stderr}`);
}
