/** When a member may go on as a newer etcd (cluster specification 10.9): decided from what is known, without doing anything. */

/** A member of the cluster, as far as its version is concerned. */
export interface VersionedMember {
  /** Decimal. */
  readonly id: string;
  readonly name: string;
  readonly isSelf: boolean;
  readonly isVoter: boolean;
  readonly isLeader: boolean;
  /** It answers, and follows a leader. */
  readonly isHealthy: boolean;
  /** What it runs, `MAJOR.MINOR.PATCH`; undefined if it does not say. */
  readonly version: string | undefined;
}

export type UpgradeStep =
  /** Nothing is newer than what runs. */
  | { readonly step: "none" }
  | { readonly step: "wait"; readonly reason: string }
  /** Waiting does not help. */
  | { readonly step: "refuse"; readonly reason: string }
  /** Another member is to lead first. */
  | { readonly step: "hand-over"; readonly to: VersionedMember }
  | { readonly step: "go" };

export interface UpgradeView {
  /** What this member runs; or, while it is down, what its data were written by. */
  readonly current: string;
  /** What it is to run. */
  readonly wanted: string;
  readonly members: readonly VersionedMember[];
  /** Whether this member runs at this moment. */
  readonly isUp: boolean;
}

/** What is to be done next: one minor version at a time, all members being well, followers first, the leader last. */
export function nextUpgradeStep({ current, wanted, members, isUp }: UpgradeView): UpgradeStep {
  if (Bun.semver.order(wanted, current) <= 0) return { step: "none" };
  if (!isOneStep(current, wanted)) return { step: "refuse", reason: tooFar(current, wanted) };
  const self = members.find(({ isSelf }) => isSelf);
  if (self === undefined) return wait("the cluster does not know this member");
  const others = members.filter((member) => member !== self);
  const ill = others.find(({ isHealthy }) => !isHealthy) ?? (isUp && !self.isHealthy ? self : undefined);
  if (ill !== undefined) return wait(`${nameOf(ill)} is not well`);
  for (const other of others) {
    if (other.version === undefined) return wait(`${nameOf(other)} does not tell its version`);
    if (!isOneStep(other.version, wanted))
      return wait(`${nameOf(other)} still runs etcd ${other.version}, too old beside ${wanted}`);
  }
  if (!self.isLeader || !isUp) return { step: "go" };
  const voters = others.filter(({ isVoter }) => isVoter);
  const older = voters.find(({ version }) => version !== undefined && isOlderMinor(version, wanted));
  if (older !== undefined)
    return wait(`this member leads, and ${nameOf(older)} comes before it, which runs etcd ${older.version}`);
  const [to] = voters.toSorted((one, other) => (one.name < other.name ? -1 : 1));
  return to === undefined ? { step: "go" } : { step: "hand-over", to };
}

/** What the data were written by, and what is at hand to run on them. */
export interface ProgramChoice<P extends { readonly version: string }> {
  /** The newest etcd that has worked on the data; undefined if there are none. */
  readonly written: string | undefined;
  readonly wanted: P;
  /** Programs from before that are still there. */
  readonly older: readonly P[];
}

export type StartingProgram<P> =
  /** @property next what it is to be replaced by when the cluster permits it */
  | { readonly program: P; readonly next?: P; readonly isBlind?: false }
  /** The program from before is gone: the newer one has to be started at once. */
  | { readonly program: P; readonly next?: undefined; readonly isBlind: true }
  /** None can work on the data. */
  | { readonly refused: string };

/**
 * What a node starts its member as: where a newer minor version waits, as what it was, so that it is upgraded when all
 * are well and not when its agent happens to start.
 */
export function startingProgram<P extends { readonly version: string }>(
  choice: ProgramChoice<P>,
): StartingProgram<P> {
  const { written, wanted, older } = choice;
  // Data that are too new are refused by whoever starts the server.
  if (written === undefined || !isOlderMinor(written, wanted.version)) return { program: wanted };
  const [before] = older
    .filter(({ version }) => isSameMinor(version, written) && Bun.semver.order(version, written) >= 0)
    .toSorted((one, other) => Bun.semver.order(other.version, one.version));
  if (before !== undefined) return { program: before, next: wanted };
  if (isOneStep(written, wanted.version)) return { program: wanted, isBlind: true };
  return { refused: tooFar(written, wanted.version) };
}

/**
 * What has to run first of the minor version before, by the one that is to follow. Releases before it leave members in the data
 * that the following version takes for learners, or for members still, and it ends in its first moments then.
 */
const leastBefore: ReadonlyMap<string, string> = new Map([["3.6", "3.5.26"]]);

/** Equal, or the next minor version, or anything older. */
function isOneStep(from: string, to: string): boolean {
  const [major, minor] = partsOf(from);
  const [wantedMajor, wantedMinor] = partsOf(to);
  if (wantedMajor < major || (wantedMajor === major && wantedMinor <= minor)) return true;
  return wantedMajor === major && wantedMinor === minor + 1 && !isBeforeLeast(from, to);
}

function isBeforeLeast(from: string, to: string): boolean {
  return Bun.semver.order(from, leastFor(to) ?? from) < 0;
}

function leastFor(version: string): string | undefined {
  return leastBefore.get(partsOf(version).join("."));
}

function isSameMinor(one: string, other: string): boolean {
  return !isOlderMinor(one, other) && !isOlderMinor(other, one);
}

function isOlderMinor(one: string, other: string): boolean {
  const [major, minor] = partsOf(one);
  const [otherMajor, otherMinor] = partsOf(other);
  return major < otherMajor || (major === otherMajor && minor < otherMinor);
}

function partsOf(version: string): readonly [number, number] {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return [major, minor];
}

function tooFar(from: string, to: string): string {
  const [major, minor] = partsOf(from);
  const least = leastFor(to);
  if (least !== undefined && isBeforeLeast(from, to) && !isOlderMinor(from, least))
    return `etcd ${to} cannot take over from ${from}, which leaves behind what it stumbles over: run ${least} or a later ${major}.${minor} first`;
  return `etcd ${to} cannot take over from ${from}: minor versions follow one another, so run ${major}.${minor + 1} first`;
}

function wait(reason: string): UpgradeStep {
  return { step: "wait", reason };
}

function nameOf({ name, id }: VersionedMember): string {
  return name === "" ? `the member ${BigInt(id).toString(16)}` : name;
}
