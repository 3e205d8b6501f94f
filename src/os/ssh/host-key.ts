import { displayPath } from "../paths.ts";
import type { SshSettings } from "./config.ts";
import { SshError } from "./error.ts";
import { judge, knownTypes, namesInFiles, parseKnownHosts } from "./known-hosts.ts";
import { fingerprint, keyType, keyTypeOf } from "./public-key.ts";
import { readIfThere } from "./surroundings.ts";

/** Which keys a host may show. */
export interface HostKeyCheck {
  /** Types of the keys that it is known by. */
  readonly types: readonly string[];
  /** @returns why it may not show this one */
  flawOf(key: Buffer): SshError | undefined;
}

/**
 * @param pinned the only key it may show, in base64; if undefined, files of known hosts say
 * @throws SshError if one of them cannot be read
 */
export function hostKeyCheck(settings: SshSettings, pinned: string | undefined): HostKeyCheck {
  return pinned === undefined ? fromFiles(settings) : onlyThis(settings, pinned);
}

function onlyThis({ host }: SshSettings, pinned: string): HostKeyCheck {
  return {
    types: [keyType(pinned) ?? ""],
    flawOf(key) {
      if (key.equals(Buffer.from(pinned, "base64"))) return undefined;
      return new SshError(
        "host-key",
        `${host} shows the key ${describe(key)}, not the given ${describe(Buffer.from(pinned, "base64"))}: somebody may be in between, or the host has a new key; if it has, change --ssh-hostkey or ?hostkey=`,
      );
    },
  };
}

function fromFiles({ host, port, hostKeyAlias, knownHostsFiles }: SshSettings): HostKeyCheck {
  const entries = knownHostsFiles.flatMap((path) =>
    parseKnownHosts(readIfThere(path) ?? "", displayPath(path)),
  );
  const names: readonly [string, string?] =
    hostKeyAlias === undefined ? namesInFiles(host, port) : [hostKeyAlias.toLowerCase()];
  const [name] = names;
  const file = displayPath(knownHostsFiles[0] ?? "~/.ssh/known_hosts");
  const reason = (key: Buffer): string | undefined => {
    const verdict = judge(entries, names, key.toString("base64"));
    switch (verdict.outcome) {
      case "known":
        return undefined;
      case "unknown":
        return `the key of ${name} is unknown: it shows ${describe(key)}; if ssh-keygen -l on the host says the same, add the line \`${name} ${lineOf(key)}\` to ${file}`;
      case "changed":
        return `THE KEY OF ${name} HAS CHANGED: it shows ${describe(key)}, but ${verdict.known.map((entry) => `${describe(Buffer.from(entry.key, "base64"))} is known from ${entry.place}`).join(", ")}; somebody may be in between, or the host was installed anew; if it was, replace that line`;
      case "revoked":
        return `the key of ${name} is REVOKED by ${verdict.by.place}: it shows ${describe(key)}; whoever shows it is not to be trusted`;
      case "authority":
        return `${verdict.by.place} knows ${name} by an authority for certificates, which is not supported here; if ssh-keygen -l on the host says ${describe(key)}, add the line \`${name} ${lineOf(key)}\` to ${file}`;
    }
  };
  return {
    types: knownTypes(entries, names),
    flawOf(key) {
      const found = reason(key);
      return found === undefined ? undefined : new SshError("host-key", found);
    },
  };
}

function describe(key: Buffer): string {
  return `${keyTypeOf(key) ?? "unknown"} ${fingerprint(key)}`;
}

function lineOf(key: Buffer): string {
  return `${keyTypeOf(key) ?? ""} ${key.toString("base64")}`;
}
