import { type Host, HostError } from "../../lang/host.ts";

/** A host through which a program, whatever it has become, can neither run anything nor read any file. */
export function sealed(real: Host): Host {
  const refuse = (): never => {
    throw new HostError("there is nothing outside");
  };
  return {
    ...real,
    environment: new Map(),
    files: {
      read: refuse,
      exists: () => false,
      readLink: refuse,
      checkExecutable: refuse,
      makeDirectory: refuse,
      watch: () => () => {},
    },
    processes: { lines: refuse, run: refuse, has: () => false },
    program: { read: refuse, exists: () => false, copyDirectory: refuse },
    system: {
      ...real.system,
      followHostname(onName) {
        onName(real.hostname);
        return () => {};
      },
      followKernel: refuse,
      followRebootNeeded: refuse,
    },
    network: { follow: refuse },
  };
}
