import { nearest } from "./suggest.ts";

/** What other tools call what a resource of a kind is for. */
const otherNames: Readonly<Record<string, string>> = {
  apt: "pkg",
  command: "exec",
  copy: "file",
  cronjob: "cron",
  dir: "file",
  directory: "file",
  dnf: "pkg",
  execute: "exec",
  folder: "file",
  notify: "print",
  package: "pkg",
  run: "exec",
  script: "exec",
  service: "svc",
  shell: "exec",
  symlink: "file",
  systemd: "svc",
  template: "file",
  yum: "pkg",
};

/** What may have been meant by the name of a kind that there is not. */
export function kindHelp(kind: string, kinds: readonly string[]): string | undefined {
  const other = Object.hasOwn(otherNames, kind) ? otherNames[kind] : undefined;
  if (other !== undefined && kinds.includes(other)) return `the kind for that is \`${other}\``;
  const near = nearest(kind, kinds);
  return near === undefined ? undefined : `did you mean \`${near}\`?`;
}
