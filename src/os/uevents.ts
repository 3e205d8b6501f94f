/** What the kernel tells of devices, modules and the like as they come, go and change (netlink's kobject events). */
import { decodeBytes } from "../../lang/bytes.ts";
import { NetlinkEvents, NetlinkFamily } from "./netlink.ts";

/** One event. Any privileged process can send one as well: a reason to look, not to believe. */
export interface Uevent {
  /** Such as `add`, `remove`, `change`, `online`, `offline`. */
  readonly action: string;
  /** Below /sys. */
  readonly path: string;
  /** Such as `cpu`, `module`, `net`. */
  readonly subsystem: string;
}

export interface UeventOptions {
  readonly subsystem: string;
  /** Something of that subsystem may have changed. */
  readonly onEvent: () => void;
  /** No more events will come. */
  readonly onBroken: (error: Error) => void;
  readonly signal: AbortSignal;
}

/** The group of the kernel; the other one belongs to udev. */
const KERNEL_GROUP = 1;
const events = new NetlinkEvents(NetlinkFamily.uevent, KERNEL_GROUP);

/**
 * Follows one subsystem from the moment this returns.
 * @throws SystemError if the kernel has no such events
 */
export function followUevents({ subsystem, onEvent, onBroken, signal }: UeventOptions): void {
  events.listen(
    {
      onEvents(bytes) {
        const found = parseUevents(bytes);
        if (found === undefined || found.some((event) => event.subsystem === subsystem)) onEvent();
      },
      onLost: onEvent,
      onBroken,
    },
    signal,
  );
}

const HEAD = /^([a-z]+)@(\/.*)$/s;
const VARIABLE = /^([A-Z][A-Z\d_]*)=(.*)$/s;

/**
 * The events in one datagram or several: each a line `ACTION@PATH`, then variables, the last of which the kernel makes
 * `SEQNUM`. Undefined if something is no event, or not whole.
 */
export function parseUevents(bytes: Uint8Array): Uevent[] | undefined {
  const found: Uevent[] = [];
  let variables: Map<string, string> | undefined;
  let path = "";
  const lines = decodeBytes(bytes).split("\0");
  if (lines.pop() !== "") return undefined;
  for (const line of lines) {
    const head = HEAD.exec(line);
    if (head !== null) {
      if (variables !== undefined) return undefined;
      variables = new Map([["ACTION", head[1] ?? ""]]);
      path = head[2] ?? "";
      continue;
    }
    const [, name, value = ""] = VARIABLE.exec(line) ?? [];
    if (variables === undefined || name === undefined) return undefined;
    variables.set(name, value);
    if (name !== "SEQNUM") continue;
    found.push({ action: variables.get("ACTION") ?? "", path, subsystem: variables.get("SUBSYSTEM") ?? "" });
    variables = undefined;
  }
  return variables === undefined ? found : undefined;
}
