import { describe, expect, test } from "bun:test";
import { encodeBytes } from "../../lang/bytes.ts";
import { parseUevents } from "../../src/os/uevents.ts";

/** As the kernel wrote it when a processor was switched off. */
const offline =
  "offline@/devices/system/cpu/cpu1\0ACTION=offline\0DEVPATH=/devices/system/cpu/cpu1\0SUBSYSTEM=cpu\0" +
  "DRIVER=processor\0MODALIAS=cpu:type:x86,ven0000fam0006mod008F:feature:,0000\0SEQNUM=3534\0";
const added =
  "add@/module/dm=odd@/x\0ACTION=add\0DEVPATH=/module/dm=odd@/x\0SUBSYSTEM=module\0SYNTH_UUID=0\0SEQNUM=3535\0";

describe("kernel events", () => {
  test("are taken apart, several at once", () => {
    expect(parseUevents(encodeBytes(offline + added))).toEqual([
      { action: "offline", path: "/devices/system/cpu/cpu1", subsystem: "cpu" },
      { action: "add", path: "/module/dm=odd@/x", subsystem: "module" },
    ]);
    expect(parseUevents(encodeBytes(added.replaceAll("odd", "\udcff")))?.[0]?.path).toBe(
      "/module/dm=\udcff@/x",
    );
  });

  const broken: [what: string, text: string][] = [
    ["cut off within a variable", offline.slice(0, -3)],
    ["cut off after a variable", offline.slice(0, offline.indexOf("DRIVER"))],
    ["cut off before the next one", offline.slice(0, offline.indexOf("DRIVER")) + added],
    ["without a head", offline.slice(offline.indexOf("ACTION"))],
    ["of udev", `libudev\0\xfe\xed\xca\xfe${offline}`],
  ];
  test.each(broken)("that are %s count as lost", (_, text) => {
    expect(parseUevents(encodeBytes(text))).toBeUndefined();
  });
});
