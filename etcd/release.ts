/** Which builds of etcd are known, and by what hash of their contents each is recognized. */

/** The server, and the client that restores snapshots among other things. */
export const programNames = ["etcd", "etcdctl"] as const;
export type ProgramName = (typeof programNames)[number];

/** Processors that etcd is known for, by the names of `process.arch`. */
export const targets = ["x64", "arm64"] as const;
export type Target = (typeof targets)[number];

/** A build of one version of etcd, and where it comes from. */
export interface Release {
  /** `MAJOR.MINOR.PATCH`. */
  readonly version: string;
  /** The exact version of Debian's packages `etcd-server` and `etcd-client`; their files hold the programs. */
  readonly debian: string;
  /** SHA-256 of the programs themselves, in hexadecimal: the same wherever a copy of them comes from. */
  readonly sha256: Readonly<Record<ProgramName, string>>;
}

/** Where Debian keeps the programs. */
export const debianFiles: Readonly<Record<ProgramName, { readonly package: string; readonly file: string }>> =
  {
    etcd: { package: "etcd-server", file: "usr/bin/etcd" },
    etcdctl: { package: "etcd-client", file: "usr/bin/etcdctl" },
  };

/** What may be carried, best first. The hashes are of packages whose signatures apt has checked. */
export const releases: Readonly<Record<Target, readonly Release[]>> = {
  x64: [
    {
      version: "3.4.23",
      debian: "3.4.23-4+b4",
      sha256: {
        etcd: "a45de16600eafc57939b84013b0522c4670435471eb4073dd963d01e0eb5a217",
        etcdctl: "b38b6112aaa3d6056e4cd39d2f9769d84c9ae1fd729513ab473ee66f597d8934",
      },
    },
  ],
  arm64: [
    {
      version: "3.4.23",
      debian: "3.4.23-4+b4",
      sha256: {
        etcd: "eab069c590d298bc59cdbcb1eb98de8fec1e26bd8871050afe1ecafe0d8473b6",
        etcdctl: "223512833fb7d4f733bbc0c8ee46ca01ebaa092b6e4085a5d1d7ecc51739997a",
      },
    },
  ],
};

/** The processor of this machine. @throws Error if etcd is not known for it */
export function thisTarget(architecture: string = process.arch): Target {
  const target = targets.find((each) => each === architecture);
  if (target === undefined)
    throw new Error(`no etcd is known for the processor ${architecture}, only for ${targets.join(", ")}`);
  return target;
}

/** The release that a program of this hash belongs to. */
export function releaseOf(target: Target, name: ProgramName, sha256: string): Release | undefined {
  return releases[target].find((release) => release.sha256[name] === sha256);
}
