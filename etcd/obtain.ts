/**
 * Gets etcd for a build. Whatever the source, only programs whose SHA-256 is known are taken: from `release.ts`, or
 * from whoever builds.
 */
import { existsSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { downloadArchive } from "./archive.ts";
import { downloadDebian } from "./debian.ts";
import {
  isSound,
  type PackedProgram,
  type PlainProgram,
  pack,
  packedPrograms,
  requireHash,
  sha256Of,
} from "./packed.ts";
import { programVersion } from "./program-version.ts";
import { programNames, type Release, releaseOf, releases, type Target } from "./release.ts";

/** Where etcd is to come from, if whoever builds has something to say about it. */
export interface NamedSource {
  /** Path of an etcd to take; an etcdctl beside it is taken as well. */
  readonly binary?: string | undefined;
  /** Address of an archive as etcd's project publishes them, `etcd-vVERSION-linux-ARCH.tar.gz`. */
  readonly url?: string | undefined;
  /** SHA-256 of that archive, or of a binary that is none of the known releases. */
  readonly sha256?: string | undefined;
}

export interface ObtainOptions {
  readonly target: Target;
  /** Where what was obtained is kept, packed. */
  readonly cache: string;
  readonly source?: NamedSource;
  /** Of a known release, if not the first will do. */
  readonly version?: string | undefined;
  /** Whether to download what is not at hand. */
  readonly download: boolean;
}

/**
 * Looks, in this order, at what is named, at the cache, and at Debian's packages.
 *
 * @returns the server, and its client if there is one; nothing if nothing is at hand and `download` is off
 * @throws Error if what was found is not to be trusted, or if nothing can be had: with what was tried, and the cure
 */
export async function obtain(options: ObtainOptions): Promise<readonly PackedProgram[]> {
  const { target, cache, version, source = {}, download } = options;
  const { binary, url, sha256 } = source;
  await mkdir(cache, { recursive: true });
  if (binary) return pack(await readBinary(binary, sha256, target), target, cache);
  if (url) return pack(await downloadArchive(url, sha256, cache), target, cache);
  // Which one a build carries is not to depend on what could be downloaded just now.
  const wanted = version === undefined && !download ? releases[target] : [releaseNamed(target, version)];
  const kept = knownIn(cache, target, wanted);
  if (kept.length > 0 || !download) return kept;
  const failures: string[] = [];
  for (const release of wanted) {
    const { debian, sha256: pins } = release;
    const programs = await downloadDebian(release, cache).catch((error: unknown) => {
      failures.push(`  Debian's packages, ${debian}: ${error instanceof Error ? error.message : error}`);
    });
    if (programs === undefined) continue;
    for (const name of programNames) requireHash(`${name} of Debian ${debian}`, programs[name], pins[name]);
    const obtained = programNames.map((name) => ({ name, version: release.version, bytes: programs[name] }));
    return pack(obtained, target, cache);
  }
  throw new Error(
    [
      "there is no etcd for the executable to carry:",
      "  no binary and no archive is named",
      `  ${cache}: has none`,
      ...failures,
    ].join("\n"),
  );
}

/** @param version the first one if unset @throws Error if none is known by it */
function releaseNamed(target: Target, version: string | undefined): Release {
  const known = releases[target];
  const release = version === undefined ? known[0] : known.find((each) => each.version === version);
  if (release !== undefined) return release;
  throw new Error(`etcd ${version} is not known here, only ${known.map((each) => each.version).join(", ")}`);
}

/** What the cache has of the first of some releases that is complete and undamaged. */
function knownIn(cache: string, target: Target, wanted: readonly Release[]): readonly PackedProgram[] {
  const kept = packedPrograms(cache, target);
  for (const { sha256 } of wanted) {
    const programs = kept.filter((each) => each.sha256 === sha256[each.name] && isSound(each));
    if (programs.length === programNames.length) return programs;
  }
  return [];
}

/** A server, and the client beside it if that is of a known release: its hash is nowhere else to be had from. */
async function readBinary(
  path: string,
  namedHash: string | undefined,
  target: Target,
): Promise<readonly PlainProgram[]> {
  const bytes = await read(path);
  const server = { name: "etcd" as const, version: versionOf(path, bytes, namedHash, target), bytes };
  const beside = join(dirname(path), "etcdctl");
  if (!existsSync(beside)) return [server];
  const client = await read(beside);
  const version = releaseOf(target, "etcdctl", sha256Of(client))?.version;
  return version === undefined ? [server] : [server, { name: "etcdctl", version, bytes: client }];
}

async function read(path: string): Promise<Uint8Array> {
  return readFile(path).catch((error: unknown) => {
    throw new Error(`cannot take the etcd ${path}: ${error instanceof Error ? error.message : error}`);
  });
}

function versionOf(path: string, bytes: Uint8Array, namedHash: string | undefined, target: Target): string {
  const sha256 = sha256Of(bytes);
  const known = releaseOf(target, "etcd", sha256)?.version;
  if (known !== undefined) return known;
  if (namedHash === undefined)
    throw new Error(
      `${path} is none of the etcd releases known here; if it is to be trusted, name its SHA-256, ${sha256}`,
    );
  requireHash(path, bytes, namedHash);
  return programVersion(path);
}
