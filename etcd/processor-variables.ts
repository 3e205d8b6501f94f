/**
 * Variables without which etcd does not run on this processor at all: version 3.4 wants to be told that we mean it on
 * arm64, later ones do not mind.
 */
export function processorVariables(): Readonly<Record<string, string>> {
  return process.arch === "arm64" ? { ETCD_UNSUPPORTED_ARCH: "arm64" } : {};
}
