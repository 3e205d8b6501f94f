/** A message bus of one's own: a real dbus-daemon. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type MessageBus, interface as service, sessionBus, Variant } from "dbus-next";

export class PrivateBus {
  readonly #directory = mkdtempSync(join(tmpdir(), "mgmt-bus-"));
  readonly address = `unix:path=${join(this.#directory, "bus")}`;
  #daemon: Bun.Subprocess<"ignore", "pipe", "ignore"> | undefined;

  /** Resolves when it can be connected to. */
  async start(): Promise<void> {
    const config = join(this.#directory, "config.xml");
    writeFileSync(
      config,
      `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
        "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
      <busconfig><type>system</type><listen>${this.address}</listen><auth>EXTERNAL</auth>
        <policy context="default">
          <allow user="*"/><allow own="*"/><allow send_type="method_call"/><allow send_type="signal"/>
          <allow send_requested_reply="true"/><allow receive_type="method_call"/><allow receive_type="method_return"/>
          <allow receive_type="error"/><allow receive_type="signal"/>
        </policy></busconfig>`,
    );
    this.#daemon = Bun.spawn(["dbus-daemon", `--config-file=${config}`, "--nofork", "--print-address"], {
      stdin: "ignore",
      stdout: "pipe",
      stderr: "ignore",
    });
    const reader = this.#daemon.stdout.getReader();
    await reader.read();
    reader.releaseLock();
  }

  async stop(): Promise<void> {
    this.#daemon?.kill("SIGKILL");
    await this.#daemon?.exited;
  }

  /** Keeps the daemon from answering, but not its socket from taking connections. */
  freeze(): void {
    this.#daemon?.kill("SIGSTOP");
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.#directory, { recursive: true });
  }
}

/** The part of systemd's hostname service that tells the name. */
class HostnameInterface extends service.Interface {
  Hostname: string;

  constructor(name: string) {
    super("org.freedesktop.hostname1");
    this.Hostname = name;
  }

  /** Changes the name and says so. */
  rename(name: string): void {
    this.Hostname = name;
    service.Interface.emitPropertiesChanged(this, { Hostname: name }, []);
  }

  /** Fails. */
  Fail(): void {
    throw new Error("on purpose");
  }
}
HostnameInterface.configureMembers({
  properties: { Hostname: { signature: "s", access: "read" } },
  methods: { Fail: { inSignature: "", outSignature: "" } },
});

export interface HostnameService {
  readonly interface: HostnameInterface;
  /** Changes the name and says nothing. */
  setSilently(name: string): void;
  close(): void;
}

export async function serveHostname(address: string, name: string): Promise<HostnameService> {
  const bus: MessageBus = sessionBus({ busAddress: address.replace("unix:path=", "unix:socket=") });
  bus.on("error", () => {});
  const exported = new HostnameInterface(name);
  bus.export("/org/freedesktop/hostname1", exported);
  await bus.requestName("org.freedesktop.hostname1", 0);
  return {
    interface: exported,
    setSilently: (next) => {
      exported.Hostname = next;
    },
    close: () => bus.disconnect(),
  };
}

/** The part of fwupd that tells of devices. */
class FirmwareInterface extends service.Interface {
  states: readonly number[] = [];

  GetDevices(): Record<string, Variant>[] {
    return this.states.map((state) => ({
      Name: new Variant("s", "a device"),
      UpdateState: new Variant("u", state),
    }));
  }

  Changed(): void {}
}
FirmwareInterface.configureMembers({
  methods: { GetDevices: { inSignature: "", outSignature: "aa{sv}" } },
  signals: { Changed: { signature: "" } },
});

export interface FirmwareService {
  /** Sets the update states of the devices and says that something changed. */
  setStates(...states: number[]): void;
  close(): void;
}

/** @param states the update states of the devices */
export async function serveFirmware(address: string, ...states: number[]): Promise<FirmwareService> {
  const bus: MessageBus = sessionBus({ busAddress: address.replace("unix:path=", "unix:socket=") });
  bus.on("error", () => {});
  const exported = new FirmwareInterface("org.freedesktop.fwupd");
  exported.states = states;
  bus.export("/", exported);
  await bus.requestName("org.freedesktop.fwupd", 0);
  return {
    setStates: (...next) => {
      exported.states = next;
      exported.Changed();
    },
    close: () => bus.disconnect(),
  };
}
