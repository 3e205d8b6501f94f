/** Units of systemd, as the kinds that manage them name them and find each other. */
import { homedir } from "node:os";
import type { Identity } from "../../engine/resource.ts";

/** The directory of the units that somebody wrote; ends in `/`. */
export function unitDirectory(session: boolean): string {
  return session ? `${homedir()}/.config/systemd/user/` : "/etc/systemd/system/";
}

/** Where the file of a unit may be, the one that counts first. */
export function unitFiles(unit: string, session: boolean): readonly string[] {
  const own = `${unitDirectory(session)}${unit}`;
  return session ? [own] : [own, `/usr/lib/systemd/system/${unit}`];
}

/** The name of a service resource for automatic edges. */
export function serviceIdentity(name: string, session: boolean): Identity {
  return `svc:${managerOf(session)}:${name}`;
}

/** The name, for automatic edges, of a cron resource that triggers a unit. */
export function triggerIdentity(unit: string, session: boolean): Identity {
  return `cron:${managerOf(session)}:${unit}`;
}

function managerOf(session: boolean): string {
  return session ? "user" : "system";
}
