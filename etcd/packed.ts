/**
 * Programs as they are kept and carried: packed with zstd, which makes them a third as large, and named after what
 * they unpack to.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type ProgramName, programNames, releaseOf, releases, type Target, targets } from "./release.ts";

/** A packed program, and what comes of it. */
export interface PackedProgram {
  readonly name: ProgramName;
  readonly version: string;
  readonly target: Target;
  /** SHA-256 of the unpacked program, in hexadecimal. */
  readonly sha256: string;
  /** The packed file. */
  readonly path: string;
}

/** A file name that tells everything about a packed program. */
function packedName({ name, version, target, sha256 }: Omit<PackedProgram, "path">): string {
  return `${name}-${version}-${target}-${sha256}.zst`;
}

/** The packed programs in a directory that are for this processor, known releases first, in their order; none if there is no directory. */
export function packedPrograms(directory: string, target: Target): readonly PackedProgram[] {
  const found = list(directory).flatMap((file): readonly PackedProgram[] => {
    const [, nameText, version = "", targetText, sha256 = ""] =
      /^(\w+)-(\d+\.\d+\.\d+)-(\w+)-([0-9a-f]{64})\.zst$/.exec(file) ?? [];
    const name = programNames.find((each) => each === nameText);
    if (name === undefined || targets.find((each) => each === targetText) !== target) return [];
    return [{ name, version, target, sha256, path: join(directory, file) }];
  });
  const rank = ({ name, sha256 }: PackedProgram): number => {
    const release = releaseOf(target, name, sha256);
    return release === undefined ? releases[target].length : releases[target].indexOf(release);
  };
  return found.sort((one, other) => rank(one) - rank(other));
}

function list(directory: string): readonly string[] {
  try {
    return readdirSync(directory).sort();
  } catch {
    return [];
  }
}

/** A program that has been found to be good. */
export interface PlainProgram {
  readonly name: ProgramName;
  readonly version: string;
  readonly bytes: Uint8Array;
}

/** The highest level takes seven times as long, to save a tenth. */
const packingLevel = 12;

/** Packs programs into a directory, those that are not in it yet. */
export async function pack(
  programs: readonly PlainProgram[],
  target: Target,
  directory: string,
): Promise<readonly PackedProgram[]> {
  return Promise.all(
    programs.map(async ({ name, version, bytes }) => {
      const facts = { name, version, target, sha256: sha256Of(bytes) };
      const packed = { ...facts, path: join(directory, packedName(facts)) };
      if (isSound(packed)) return packed;
      const temporary = `${packed.path}.tmp`;
      await writeFile(temporary, await Bun.zstdCompress(bytes, { level: packingLevel }));
      await rename(temporary, packed.path);
      return packed;
    }),
  );
}

/** Whether it unpacks to what its name promises. */
export function isSound(program: PackedProgram): boolean {
  if (!existsSync(program.path)) return false;
  try {
    unpack(program);
    return true;
  } catch {
    return false;
  }
}

/** The program itself. @throws Error if the contents are not what the name promises */
export function unpack(program: PackedProgram): Uint8Array {
  const damaged = (what: string): Error =>
    new Error(`the packed ${program.name} ${program.version} in ${program.path} is damaged: ${what}`);
  let bytes: Uint8Array;
  try {
    bytes = Bun.zstdDecompressSync(readFileSync(program.path));
  } catch (error) {
    throw damaged(error instanceof Error ? error.message : String(error));
  }
  const sha256 = sha256Of(bytes);
  if (sha256 !== program.sha256) throw damaged(`its SHA-256 is ${sha256}`);
  return bytes;
}

export function sha256Of(bytes: Uint8Array): string {
  return new Bun.CryptoHasher("sha256").update(bytes).digest("hex");
}

/** @throws Error naming what was expected */
export function requireHash(what: string, bytes: Uint8Array, expected: string): void {
  const sha256 = sha256Of(bytes);
  if (sha256 !== expected)
    throw new Error(`${what} is not to be trusted: its SHA-256 is ${sha256}, not ${expected}`);
}
