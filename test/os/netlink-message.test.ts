import { describe, expect, test } from "bun:test";
import { encodeMessage, parseAttributes, parseMessages } from "../../src/os/netlink-message.ts";

/** Bytes written as hexadecimal, with spaces anywhere. */
function bytes(text: string): Uint8Array {
  return Uint8Array.fromHex(text.replaceAll(" ", ""));
}

test("a message that was encoded is parsed", () => {
  const message = { type: 18, flags: 0x301, body: bytes("0102030405") };
  const encoded = encodeMessage(message, 7);
  expect(encoded.toHex()).toBe("1500000012000103070000000000000001 02030405".replace(" ", ""));
  expect(parseMessages(encoded)).toEqual([message]);
});

test("messages follow each other at multiples of 4", () => {
  const first = "11000000 1000 0000 00000000 00000000 aa 000000";
  const second = "10000000 0300 0000 00000000 00000000";
  expect(parseMessages(bytes(first + second)).map(({ type, body }) => [type, body.toHex()])).toEqual([
    [16, "aa"],
    [3, ""],
  ]);
  expect(parseMessages(bytes(""))).toEqual([]);
});

const brokenMessages: [what: string, text: string][] = [
  ["a header that is cut off", "10000000 0300"],
  ["a message of 15 bytes", "0f000000 0300 0000 00000000 00000000"],
  ["a message of 20 bytes", "14000000 0300 0000 00000000 00000000"],
  ["a message of 4294967295 bytes", "ffffffff 0300 0000 00000000 00000000"],
];
test.each(brokenMessages)("%s is refused", (what, text) => {
  expect(() => parseMessages(bytes(text))).toThrow(`malformed netlink message: ${what}`);
});

describe("attributes", () => {
  test("are found by type, flags of the type left out", () => {
    const attributes = parseAttributes(bytes("ffffffff 0500 0100 aa 000000 0600 0280 bbcc 0000"), 4);
    expect([...attributes].map(([type, value]) => [type, value.toHex()])).toEqual([
      [1, "aa"],
      [2, "bbcc"],
    ]);
    expect(parseAttributes(bytes("00000000"), 4).size).toBe(0);
  });

  const broken: [what: string, text: string][] = [
    ["a body of 3 bytes", "000000"],
    ["an attribute that is cut off", "00000000 0400"],
    ["an attribute of 3 bytes", "00000000 0300 0100"],
    ["an attribute of 9 bytes", "00000000 0900 0100 00000000"],
  ];
  test.each(broken)("%s is refused", (what, text) => {
    expect(() => parseAttributes(bytes(text), 4)).toThrow(`malformed netlink message: ${what}`);
  });
});
