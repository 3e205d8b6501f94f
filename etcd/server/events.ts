import type { AlarmName } from "./gateway.ts";
import type { LogLevel } from "./log-reader.ts";

/** What happens to a server that is looked after. */
export type ServerEvent =
  /** It says something itself. */
  | { readonly type: "log"; readonly level: LogLevel; readonly message: string }
  /** A server that a killed supervisor had left behind was ended. */
  | { readonly type: "orphan-ended"; readonly pid: number }
  | { readonly type: "started"; readonly pid: number }
  /** It answers, and its cluster has a leader. */
  | { readonly type: "ready"; readonly pid: number; readonly version: string; readonly memberId: string }
  /** It runs, but has not answered for as long as a start should take: others may be missing. */
  | { readonly type: "waiting" }
  | { readonly type: "unhealthy"; readonly reason: string }
  /** It answers again. */
  | { readonly type: "healthy" }
  /** It does not answer and does nothing, and is ended therefore. */
  | { readonly type: "hung" }
  /** It has ended though nobody asked it to. */
  | { readonly type: "exited"; readonly reason: string }
  | { readonly type: "restarting"; readonly delayMs: number }
  /** An alarm of this member is up: put down by making room, or standing. */
  | {
      readonly type: "alarm";
      readonly alarm: AlarmName;
      readonly isCleared: boolean;
      readonly message: string;
    }
  /** The cluster has removed this member; its data are kept under another name. */
  | { readonly type: "removed"; readonly dataMovedTo: string }
  /** It is left alone from now on. */
  | { readonly type: "failed"; readonly reason: string }
  | { readonly type: "stopped" };
