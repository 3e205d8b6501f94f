/** What Prometheus expects of every process: https://prometheus.io/docs/instrumenting/writing_clientlibs/#process-metrics */
import { readdirSync, readFileSync } from "node:fs";
import { Counter, Gauge, type Registry } from "prom-client";

/** Adds them to a registry. They are looked up when somebody asks. */
export function addProcessMetrics(registry: Registry): void {
  const registers = [registry];
  const counter = (name: string, help: string, value: () => number): void => {
    new Counter({
      name,
      help,
      registers,
      collect() {
        this.reset();
        this.inc(value());
      },
    });
  };
  const gauge = (name: string, help: string, value: () => number): void => {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(value());
      },
    });
  };
  counter(
    "process_cpu_user_seconds_total",
    "User CPU time of the agent itself, in seconds.",
    () => process.cpuUsage().user / 1e6,
  );
  counter(
    "process_cpu_system_seconds_total",
    "System CPU time of the agent itself, in seconds.",
    () => process.cpuUsage().system / 1e6,
  );
  counter("process_cpu_seconds_total", "User and system CPU time of the agent itself, in seconds.", () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  });
  const startedAt = Date.now() / 1000 - process.uptime();
  gauge("process_start_time_seconds", "When the agent was started, in seconds since 1970.", () => startedAt);
  gauge("process_resident_memory_bytes", "Memory in RAM, in bytes.", () => memory("VmRSS"));
  gauge("process_virtual_memory_bytes", "Address space, in bytes. Most of it is reserved and not used.", () =>
    memory("VmSize"),
  );
  gauge("process_open_fds", "Open file descriptors.", () => readdirSync("/proc/self/fd").length);
  gauge("process_max_fds", "How many file descriptors there may be.", () => {
    const limit = /^Max open files\s+(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8"))?.[1];
    return limit === undefined ? Number.POSITIVE_INFINITY : Number(limit);
  });
}

function memory(line: "VmRSS" | "VmSize"): number {
  const found = new RegExp(`^${line}:\\s+(\\d+) kB`, "m").exec(readFileSync("/proc/self/status", "utf8"));
  return Number(found?.[1] ?? Number.NaN) * 1024;
}
