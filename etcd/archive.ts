import { existsSync } from "node:fs";
import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type PlainProgram, requireHash } from "./packed.ts";
import { programNames } from "./release.ts";

/** How long a download may take, in milliseconds. */
const patienceMs = 120_000;

/**
 * Takes the programs from an archive that etcd's project publishes. The archive is kept, so that it is downloaded once.
 *
 * @param sha256 of the archive
 * @param cache where it is kept
 * @throws Error naming the archive, the cause and the cure
 */
export async function downloadArchive(
  url: string,
  sha256: string | undefined,
  cache: string,
): Promise<readonly PlainProgram[]> {
  if (sha256 === undefined)
    throw new Error(`${url} is taken only if the SHA-256 that it must have is named, too`);
  const kept = join(cache, `${sha256}.tar.gz`);
  const isKept = existsSync(kept);
  const bytes = isKept ? await readFile(kept) : await fetchBytes(url);
  requireHash(isKept ? kept : url, bytes, sha256);
  if (isKept) return programsIn(url, bytes);
  await writeFile(`${kept}.tmp`, bytes);
  await rename(`${kept}.tmp`, kept);
  return programsIn(url, bytes);
}

async function fetchBytes(url: string): Promise<Uint8Array> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(patienceMs) });
    if (!response.ok) throw new Error(`the server answers ${response.status} ${response.statusText}`);
    return await response.bytes();
  } catch (error) {
    throw new Error(`cannot download ${url}: ${error instanceof Error ? error.message : error}`);
  }
}

async function programsIn(url: string, archive: Uint8Array): Promise<readonly PlainProgram[]> {
  const files = await new Bun.Archive(archive).files();
  const programs: PlainProgram[] = [];
  for (const [path, file] of files) {
    const [, version, base] = /^(?:\.\/)?etcd-v(\d+\.\d+\.\d+)-[^/]+\/([^/]+)$/.exec(path) ?? [];
    const name = programNames.find((each) => each === base);
    if (version !== undefined && name !== undefined)
      programs.push({ name, version, bytes: await file.bytes() });
  }
  if (programs.some(({ name }) => name === "etcd")) return programs;
  throw new Error(`${url} has no etcd-vVERSION-linux-ARCH/etcd in it`);
}
