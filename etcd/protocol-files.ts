/**
 * The protocol of etcd inside the executable. The etcd3 client reads its `.proto` files from the folder it was
 * installed in, which the executable carries only as a path of the machine that built it; here the files travel as
 * text, and protobufjs, which does the reading, is given them. To be imported before etcd3 is.
 */
import auth from "etcd3/proto/auth.proto" with { type: "text" };
import kv from "etcd3/proto/kv.proto" with { type: "text" };
import rpc from "etcd3/proto/rpc.proto" with { type: "text" };
import protobuf from "protobufjs";

const texts: ReadonlyMap<string, string> = new Map([
  ["auth", auth],
  ["kv", kv],
  ["rpc", rpc],
]);

const disk = protobuf.util.fs;

/** Reads a file as protobufjs asks for it: ours from memory, all others from disk. */
function readFileSync(path: string, ...rest: readonly unknown[]): unknown {
  const name = /etcd3\/(?:lib\/\.\.\/)?proto\/(\w+)\.proto$/.exec(path)?.[1];
  const text = name === undefined ? undefined : texts.get(name);
  return text === undefined ? disk.readFileSync(path, ...rest) : Buffer.from(text);
}

protobuf.util.fs = { ...disk, readFileSync };
