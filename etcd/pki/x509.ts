/** The package that makes certificates and requests. It is loaded when one is made first: reading them needs none of it. */
type X509 = typeof import("@peculiar/x509");

let loading: Promise<X509> | undefined;

export function x509(): Promise<X509> {
  loading ??= load();
  return loading;
}

async function load(): Promise<X509> {
  // The package registers its parts by metadata of classes, for which this has to be there before.
  await import("reflect-metadata");
  return import("@peculiar/x509");
}
