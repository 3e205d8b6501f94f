/** Makes an authority and certificates, and reads them; compiled and run where no package is in sight. */
import { Authority } from "../../../etcd/pki/authority.ts";
import { Identity } from "../../../etcd/pki/identity.ts";
import { makeKey, makeRequest } from "../../../etcd/pki/keys.ts";

const authority = await Authority.create();
const { key } = await makeKey();
const certificate = await authority.issueHost(await makeRequest(key), "h1");
console.log(Identity.of({ certificate, key }, authority.root, "here").name);
const listener = await authority.makeServer(["10.0.0.1"]);
console.log(Identity.of(listener, authority.root, "there").addresses.includes("10.0.0.1"));
