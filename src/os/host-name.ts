/** The host name of this machine, as systemd's hostname service has it. */
import type { DbusConnection } from "./dbus.ts";
import { type FollowedService, type FollowOptions, followService } from "./follow-service.ts";
import { watchPath } from "./watch-path.ts";

const hostnameService = {
  destination: "org.freedesktop.hostname1",
  path: "/org/freedesktop/hostname1",
  interface: "org.freedesktop.hostname1",
} as const;

const followed: FollowedService<string> = {
  origin: "sys.hostname",
  signals: [
    {
      match: {
        sender: hostnameService.destination,
        path: hostnameService.path,
        interface: "org.freedesktop.DBus.Properties",
        member: "PropertiesChanged",
      },
    },
  ],
  read: readName,
};

export interface HostNameOptions extends FollowOptions<string> {
  /** Watched, because not everybody who changes it tells the service. */
  readonly file?: string;
}

/** Follows the host name. @throws SystemError if its file cannot be watched */
export function followHostName(options: HostNameOptions): void {
  watchPath(options.file ?? "/etc/hostname", {
    signal: options.signal,
    onChange: () => following.refresh(),
  });
  const following = followService(followed, options);
}

async function readName(connection: DbusConnection): Promise<string> {
  const name = await connection.property(hostnameService, "Hostname");
  if (typeof name !== "string")
    throw new Error("the hostname service answered with something else than text");
  return name;
}
