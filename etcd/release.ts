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
  /** The release of Debian that has them. */
  readonly suite: string;
  /** SHA-256 of the programs themselves, in hexadecimal: the same wherever a copy of them comes from. */
  readonly sha256: Readonly<Record<ProgramName, string>>;
}

/** Where Debian keeps the programs. */
export const debianFiles: Readonly<Record<ProgramName, { readonly package: string; readonly file: string }>> =
  {
    etcd: { package: "etcd-server", file: "usr/bin/etcd" },
    etcdctl: { package: "etcd-client", file: "usr/bin/etcdctl" },
  };

/**
 * What may be carried. Builds carry the first one where nothing else is asked for: whoever comes after it is at hand less surely,
 * and a cluster that has gone on to a newer one does not go back. The hashes are of packages whose signatures apt has checked. */
export const releases: Readonly<Record<Target, readonly Release[]>> = {
  x64: [
    {
      version: "3.4.23",
      debian: "3.4.23-4+b4",
      suite: "bookworm",
      sha256: {
        etcd: "a45de16600eafc57939b84013b0522c4670435471eb4073dd963d01e0eb5a217",
        etcdctl: "b38b6112aaa3d6056e4cd39d2f9769d84c9ae1fd729513ab473ee66f597d8934",
      },
    },
    {
      version: "3.5.16",
      debian: "3.5.16-4",
      suite: "trixie",
      sha256: {
        etcd: "c054131938a55a4a9826c1d566348d5695fe0e4d9ce655dfe936ab18a84e2983",
        etcdctl: "d40ab46650d11e94cec58d1f4c5dfbaed621e7893e9b086529b56e2d3c032d69",
      },
    },
    {
      version: "3.5.30",
      debian: "3.5.30-2",
      suite: "forky",
      sha256: {
        etcd: "d24ad02a1579be534e93c9fbf229349ec0f33dde5ac25d8278c6c4071b4aec99",
        etcdctl: "b4efd1d8768179f304bf86487956ab5e152eb853efc119b6c69925db1df5453d",
      },
    },
  ],
  arm64: [
    {
      version: "3.4.23",
      debian: "3.4.23-4+b4",
      suite: "bookworm",
      sha256: {
        etcd: "eab069c590d298bc59cdbcb1eb98de8fec1e26bd8871050afe1ecafe0d8473b6",
        etcdctl: "223512833fb7d4f733bbc0c8ee46ca01ebaa092b6e4085a5d1d7ecc51739997a",
      },
    },
    {
      version: "3.5.16",
      debian: "3.5.16-4",
      suite: "trixie",
      sha256: {
        etcd: "d0b20b6345a733eca4a5f303be4742016c87572caec7932ca372b1d0315d92ab",
        etcdctl: "0349687791b221737ad36fce6e269e79a50a2f7533527c1b9aaaccb8e28f5dd9",
      },
    },
    {
      version: "3.5.30",
      debian: "3.5.30-2",
      suite: "forky",
      sha256: {
        etcd: "a46cdb8bae3e1cc276d558f09fa9594737c4588b2266fd5c96060809a33e7d55",
        etcdctl: "2ad034ae32c1ba9148ebc3a53135ad1d1a558ca9e95048ae5ec96eff4d3fa48a",
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
