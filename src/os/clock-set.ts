import { closeSync } from "node:fs";
import { DescriptorReader } from "./descriptor-reader.ts";
import { errorCode } from "./errors.ts";
import { lastErrorCode, libc } from "./libc.ts";

const CLOCK_REALTIME = 0;
const NONBLOCK_CLOEXEC = 0o2004000;
const ABSOLUTE_CANCEL_ON_SET = 1 | 2;
/** Later than any clock will ever show; the kernel takes it as the end of time. */
const NEVER = 2n ** 62n;

/**
 * Calls back whenever the clock of this machine jumps: somebody set it, or the machine slept (timerfd_create(2)). A
 * clock that is only slowed down or sped up, as time synchronization does it, does not jump.
 *
 * @returns what ends it; undefined where the kernel does not tell
 */
export function followClockSet(onSet: () => void): (() => void) | undefined {
  const fd = libc().timerfd_create(CLOCK_REALTIME, NONBLOCK_CLOEXEC);
  if (fd < 0) return undefined;
  if (!arm(fd)) {
    closeSync(fd);
    return undefined;
  }
  // Reading fails with ECANCELED when the clock was set. The end of time does not come, so there is nothing else to read.
  const reader = new DescriptorReader(fd, {
    onBytes: () => {},
    onBroken: (error) => {
      if (errorCode(error) !== "ECANCELED") return reader.close();
      if (arm(fd)) reader.resume();
      else reader.close();
      onSet();
    },
  });
  return () => reader.close();
}

/** A timer that was canceled stays so until it is armed again. */
function arm(fd: number): boolean {
  const setting = new BigInt64Array([0n, 0n, NEVER, 0n]);
  return (
    libc().timerfd_settime(fd, ABSOLUTE_CANCEL_ON_SET, setting, null) === 0 || lastErrorCode() === "ECANCELED"
  );
}
