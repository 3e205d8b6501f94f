import { setUpAccess } from "../../../etcd/access/access.ts";
import { EtcdClient } from "../../../etcd/client/client.ts";
import { ClusterKeys } from "../../../etcd/cluster-keys.ts";
import { Authority } from "../../../etcd/pki/authority.ts";
import type { CertifiedKey } from "../../../etcd/pki/certified-key.ts";
import { serverName } from "../../../etcd/pki/names.ts";
import { pkiFilesOf, writePkiFiles } from "../../../etcd/pki/pki-files.ts";
import { RevocationKeeper } from "../../../etcd/revocation/keeper.ts";
import { RevocationLists } from "../../../etcd/revocation/lists.ts";
import { nodeGrants, serverGrants } from "../../../src/world/etcd-grants.ts";
import { EtcdKeys } from "../../../src/world/etcd-keys.ts";
import { files, ScratchDirectory } from "./scratch-directory.ts";
import { freePort, TestServer } from "./server.ts";

export const keys = new EtcdKeys();
export const cluster = "5b2e2a0e-0000-4000-8000-000000000001";

/** A server on loopback that lets nobody in without a certificate, and asks everybody who they are. */
export class SecureServer implements AsyncDisposable {
  readonly #clients: EtcdClient[] = [];

  private constructor(
    readonly authority: Authority,
    readonly scratch: ScratchDirectory,
    readonly server: TestServer,
    readonly url: string,
    readonly certificate: CertifiedKey,
    readonly root: EtcdClient,
    readonly lists: RevocationLists,
  ) {}

  static async start(): Promise<SecureServer> {
    const authority = await Authority.create();
    const scratch = new ScratchDirectory();
    const certificate = await authority.makeServer([]);
    const directory = scratch.at("pki");
    writePkiFiles(
      directory,
      { ...authority.contents(), "server.crt": certificate.certificate, "server.key": certificate.key },
      files,
    );
    const paths = pkiFilesOf(directory);
    const url = `https://127.0.0.1:${await freePort()}`;
    const lists = new RevocationLists(authority, directory, files);
    await lists.prepare();
    const server = await TestServer.start(
      ...["--listen-client-urls", `SOCKET,${url}`, "--client-cert-auth"],
      ...["--trusted-ca-file", paths.clientAuthority.certificate],
      ...["--cert-file", paths.server.certificate, "--key-file", paths.server.key],
      ...["--client-crl-file", lists.pathOf("client")],
    );
    const root = connect(url, authority, await authority.rootClient());
    const secure = new SecureServer(authority, scratch, server, url, certificate, root, lists);
    secure.#clients.push(root);
    await setUpAccess(root, serverGrants(keys));
    const { info, endpoints } = new ClusterKeys(keys.root);
    await root.put(info, Buffer.from(JSON.stringify({ v: 1, uuid: cluster, createdAt: "2026-01-01" })));
    await root.put(endpoints, Buffer.from(JSON.stringify([url])));
    return secure;
  }

  readonly grants = (...node: Parameters<typeof nodeGrants> extends [unknown, ...infer R] ? R : never) =>
    nodeGrants(keys, ...node);

  /** Has the server do without whom the cluster does not trust any more, as a node does. */
  keepRevocations(signal: AbortSignal, onMore?: () => void): RevocationKeeper {
    const keeper = new RevocationKeeper({
      client: this.root,
      rootKey: keys.root,
      lists: this.lists,
      async onMore() {
        onMore?.();
        return true;
      },
      onError: () => {},
    });
    void keeper.keep(signal);
    return keeper;
  }

  /** @param timeout short for those that are to be refused */
  connect(identity?: CertifiedKey, timeout = 2000): EtcdClient {
    const client = connect(this.url, this.authority, identity, timeout);
    this.#clients.push(client);
    return client;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#clients) client.close();
    await this.server[Symbol.asyncDispose]();
    this.scratch[Symbol.dispose]();
  }
}

function connect(
  url: string,
  authority: Authority,
  identity: CertifiedKey | undefined,
  timeout = 2000,
): EtcdClient {
  const tls = { serverName, authority: authority.root, ...identity };
  return new EtcdClient({ endpoints: [url], tls, timeout });
}
