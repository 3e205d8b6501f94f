/** Firmware updates, as the daemon fwupd knows them. */
import { type DbusConnection, DbusError } from "./dbus.ts";
import { type FollowedService, type FollowOptions, followService } from "./follow-service.ts";

const service = {
  destination: "org.freedesktop.fwupd",
  path: "/",
  interface: "org.freedesktop.fwupd",
} as const;

/** The `UpdateState` of a device whose update takes effect with the next start of the machine (FwupdUpdateState). */
const NEEDS_REBOOT = 4;

/** What the bus says of a daemon that it does not know and cannot start. */
const noDaemon: ReadonlySet<string | undefined> = new Set([
  "org.freedesktop.DBus.Error.ServiceUnknown",
  "org.freedesktop.DBus.Error.NameHasNoOwner",
]);

const followed: FollowedService<boolean> = {
  origin: "fwupd.reboot_needed",
  signals: [
    { match: { sender: service.destination, interface: service.interface } },
    {
      match: {
        sender: "org.freedesktop.DBus",
        member: "NameOwnerChanged",
        firstArgument: service.destination,
      },
      // That the daemon went says nothing: it goes whenever it has been idle for long, and asking would start it.
      matters: ([, , newOwner]) => newOwner !== "",
    },
  ],
  read: isRebootNeeded,
};

/**
 * Follows whether a firmware update waits for the machine to be started again. Without the daemon none does, and
 * without a bus `onError` says so.
 */
export function followRebootNeeded(options: FollowOptions<boolean>): void {
  followService(followed, options);
}

async function isRebootNeeded(connection: DbusConnection): Promise<boolean> {
  try {
    const [devices] = await connection.call({ ...service, member: "GetDevices" });
    return Array.isArray(devices) && devices.some(needsReboot);
  } catch (error) {
    if (error instanceof DbusError && noDaemon.has(error.type)) return false;
    throw error;
  }
}

/** @param device properties by name, each in a variant */
function needsReboot(device: unknown): boolean {
  if (typeof device !== "object" || device === null || !("UpdateState" in device)) return false;
  const state = device.UpdateState;
  return typeof state === "object" && state !== null && "value" in state && state.value === NEEDS_REBOOT;
}
