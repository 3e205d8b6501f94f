/** What the kernel says in files, and tells of by events: processors and modules. */
import { expect, test } from "bun:test";
import { cpus } from "node:os";
import { type Host, HostError } from "../../../lang/host.ts";
import { Emissions, hostIn } from "./call.ts";

/** A kernel whose one file and whose events a test controls. */
class ManualKernel {
  content: string;
  readonly followed: string[] = [];
  readonly host: Host;
  #onEvent = (): void => {};
  #onError = (_: HostError): void => {};

  constructor(content: string) {
    this.content = content;
    const real = hostIn("UTC");
    const followKernel: Host["system"]["followKernel"] = (subsystem, onEvent, onError) => {
      this.followed.push(subsystem);
      this.#onEvent = onEvent;
      this.#onError = onError;
      return () => this.followed.splice(this.followed.indexOf(subsystem), 1);
    };
    const read = (path: string): string => {
      if (this.content === "")
        throw new HostError(`could not read ${path}: no such file or directory`, "not-found");
      return this.content;
    };
    this.host = { ...real, files: { ...real.files, read }, system: { ...real.system, followKernel } };
  }

  change(content: string): void {
    this.content = content;
    this.#onEvent();
  }

  break(reason: string): void {
    this.#onError(new HostError(reason));
  }
}

test("sys.cpu_count follows processors that are switched on and off", async () => {
  const kernel = new ManualKernel("0-3,7\n");
  const count = new Emissions("sys.cpu_count", [], kernel.host);
  expect(await count.next()).toBe(5n);
  expect(kernel.followed).toEqual(["cpu"]);
  kernel.change("0\n");
  expect(await count.next()).toBe(1n);
  kernel.change("");
  expect(await count.next()).toMatch(/^FatalError: could not read .*cpu\/online/);
  kernel.change("0-1\n");
  expect(await count.next()).toBe(2n);
  kernel.break("no more events");
  expect(await count.next()).toBe("FatalError: no more events");
  count.close();
  expect(kernel.followed).toEqual([]);
});

test.each(["\n", "3-1\n", "a\n", "0,,1\n"])("sys.cpu_count of %j fails", async (list) => {
  const count = new Emissions("sys.cpu_count", [], new ManualKernel(list).host);
  expect(await count.next()).toStartWith("FatalError: not a list of processors: ");
});

test("sys.cpu_count of this machine is what the run time counts", async () => {
  const count = new Emissions("sys.cpu_count", [], hostIn("UTC"));
  expect(await count.next()).toBe(BigInt(cpus().length));
  count.close();
});

test("os.modinfo_loaded follows modules that come and go", async () => {
  const others = "kvm_intel 1 0 - Live 0x0\n";
  const kernel = new ManualKernel(others);
  const loaded = new Emissions("os.modinfo_loaded", ["kvm"], kernel.host);
  const nameless = new Emissions("os.modinfo_loaded", [""], kernel.host);
  expect([await loaded.next(), await nameless.next()]).toEqual([false, false]);
  expect(kernel.followed).toEqual(["module", "module"]);
  loaded.close();
  const again = new Emissions("os.modinfo_loaded", ["kvm"], kernel.host);
  expect(await again.next()).toBe(false);
  kernel.change(`${others}kvm 1 1 kvm_intel, Live 0x0 (E)\n`);
  expect(await again.next()).toBe(true);
  kernel.change(`${others}kvm 1 0 - Unloading 0x0\n`);
  expect(await again.next()).toBe(false);
});
