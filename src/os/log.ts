/** Where everything that has something to say says it. Lines go to standard error, never to standard output. */
export type LogLevel = "debug" | "info" | "warn" | "error";

/** @param origin who speaks: `engine`, `file[/etc/motd]`, … */
export type Log = (level: LogLevel, origin: string, message: string) => void;
