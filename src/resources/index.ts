/** Every kind there is, and where to find it. */
import type { Kind } from "./define.ts";

export const loaders: Readonly<Record<string, () => Promise<Kind>>> = {
  exec: async () => (await import("./exec.ts")).exec,
  exit: async () => (await import("./exit.ts")).exit,
  file: async () => (await import("./file.ts")).file,
  kv: async () => (await import("./kv.ts")).kv,
  msg: async () => (await import("./msg.ts")).msg,
  noop: async () => (await import("./noop.ts")).noop,
  password: async () => (await import("./password.ts")).password,
  print: async () => (await import("./print.ts")).print,
  schedule: async () => (await import("./schedule.ts")).schedule,
  test: async () => (await import("./test.ts")).test,
  timer: async () => (await import("./timer.ts")).timer,
  value: async () => (await import("./value.ts")).value,
};
