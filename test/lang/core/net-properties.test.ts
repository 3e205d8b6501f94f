/** Addresses, networks and URLs, taken apart and put together. */
import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { print, StructValue, type Value } from "../../../lang/value.ts";
import { holds } from "./arbitraries.ts";
import { call } from "./call.ts";

function net(name: string, ...args: readonly string[]): Value {
  return call(`net.${name}`, args);
}

/** An address as bits, most significant first, with its text. */
interface Sample {
  readonly bits: readonly boolean[];
  readonly text: string;
}

function toBits(bytes: Uint8Array): boolean[] {
  return [...bytes].flatMap((byte) => [...byte.toString(2).padStart(8, "0")].map((bit) => bit === "1"));
}

function toBytes(bits: readonly boolean[]): number[] {
  return Array.from({ length: bits.length / 8 }, (_, index) =>
    Number.parseInt(
      bits
        .slice(index * 8, index * 8 + 8)
        .map(Number)
        .join(""),
      2,
    ),
  );
}

/** The canonical text. For IPv6 that of the platform's URLs, which is the same but for addresses that stand for IPv4. */
function textOf(bits: readonly boolean[]): string {
  const bytes = toBytes(bits);
  if (bits.length === 32) return bytes.join(".");
  const groups = Array.from({ length: 8 }, (_, index) =>
    (((bytes[2 * index] ?? 0) << 8) | (bytes[2 * index + 1] ?? 0)).toString(16),
  );
  return new URL(`http://[${groups.join(":")}]/`).hostname.slice(1, -1);
}

function isMapped(bits: readonly boolean[]): boolean {
  return (
    bits.length === 128 &&
    toBytes(bits)
      .slice(0, 10)
      .every((byte) => byte === 0)
  );
}

const octets = (length: 4 | 16) =>
  fc
    .array(fc.oneof(fc.constantFrom(0, 0, 255), fc.integer({ min: 0, max: 255 })), {
      minLength: length,
      maxLength: length,
    })
    .map((all): Sample => {
      const bits = toBits(Uint8Array.from(all));
      return { bits, text: textOf(bits) };
    })
    .filter(({ bits }) => !isMapped(bits));

const cidr = fc
  .oneof(octets(4), octets(16))
  .chain((address) => fc.tuple(fc.constant(address), fc.integer({ min: 0, max: address.bits.length })));

describe("networks", () => {
  test("address, prefix, mask, network, last address", () => {
    holds(
      fc.property(cidr, ([{ bits, text }, prefix]) => {
        const written = `${text}/${prefix}`;
        expect(net("cidr_to_ip", written)).toBe(text);
        expect(net("cidr_to_prefix", ` ${written}\n`)).toBe(String(prefix));
        expect(net("cidr_to_mask", written)).toBe(textOf(bits.map((_, index) => index < prefix)));
        const network = bits.map((bit, index) => index < prefix && bit);
        const last = bits.map((bit, index) => index >= prefix || bit);
        if (!isMapped(network)) {
          expect(net("cidr_to_network", written)).toBe(`${textOf(network)}/${prefix}`);
          expect(net("ip_in_cidr", textOf(network), written)).toBe(true);
        }
        expect(net("cidr_to_last", written)).toBe(textOf(last));
        expect(net("ip_in_cidr", textOf(last), written)).toBe(true);
        expect(net("ip_in_cidr", text, written)).toBe(true);
      }),
    );
  });

  test("one different bit of the prefix is outside", () => {
    holds(
      fc.property(cidr, fc.nat(), ([{ bits, text }, prefix], choice) => {
        fc.pre(prefix > 0);
        const flipped = bits.map((bit, index) => (index === choice % prefix ? !bit : bit));
        fc.pre(!isMapped(flipped));
        expect(net("ip_in_cidr", textOf(flipped), `${text}/${prefix}`)).toBe(false);
      }),
    );
  });

  test("the next address is one more", () => {
    holds(
      fc.property(cidr, ([{ bits, text }, prefix]) => {
        fc.pre(bits.slice(prefix).includes(false));
        const zero = bits.lastIndexOf(false);
        const next = bits.map((bit, index) => (index < zero ? bit : index === zero));
        expect(net("cidr_to_first", `${text}/${prefix}`)).toBe(textOf(next));
      }),
    );
  });
});

test("hardware addresses", () => {
  const octet = fc.integer({ min: 0, max: 255 }).map((value) => value.toString(16).padStart(2, "0"));
  holds(
    fc.property(
      fc.array(octet, { minLength: 6, maxLength: 6 }),
      fc.constantFrom(":", "-"),
      fc.boolean(),
      (all, separator, isUpper) => {
        const written = isUpper ? all.join(separator).toUpperCase() : all.join(separator);
        expect(net("macfmt", written)).toBe(all.join(":"));
        expect(net("oldmacfmt", written)).toBe(all.join("-"));
        expect(net("is_mac", written)).toBe(written === all.join(":"));
      },
    ),
  );
});

test("host and port", () => {
  const name = fc.stringMatching(/^[a-z0-9.-]{0,8}$/);
  const port = fc.stringMatching(/^[a-z0-9]{0,5}$/);
  holds(
    fc.property(
      fc.oneof(
        name,
        octets(16).map(({ text }) => text),
      ),
      port,
      (host, service) => {
        const written = `${host.includes(":") ? `[${host}]` : host}:${service}`;
        expect(print(net("split_hostport", written))).toBe(
          print(new StructValue(["host", "port"], [host, service])),
        );
      },
    ),
  );
});

test("URLs", () => {
  const word = fc.stringMatching(/^[A-Za-z0-9_.~-]{1,6}$/);
  const segment = fc.string({ unit: "grapheme", maxLength: 5 });
  const optional = (arbitrary: fc.Arbitrary<string>) => fc.option(arbitrary, { nil: "" });
  holds(
    fc.property(
      fc.record({
        scheme: fc.stringMatching(/^[A-Za-z][A-Za-z0-9+.-]{0,5}$/),
        user: optional(word.map((name) => `${name}@`)),
        host: fc.oneof(
          word,
          octets(4).map(({ text }) => text),
          octets(16).map(({ text }) => `[${text}]`),
        ),
        port: optional(fc.nat(65535).map((number) => `:${number}`)),
        path: fc.array(segment, { maxLength: 4 }),
        query: optional(fc.stringMatching(/^[a-z=&%+/?]{1,8}$/).map((query) => `?${query}`)),
        fragment: optional(word.map((fragment) => `#${fragment}`)),
      }),
      ({ scheme, user, host, port, path, query, fragment }) => {
        const written = path.map((each) => `/${encodeURIComponent(each)}`).join("");
        const url = `${scheme}://${user}${host}${port}${written}${query}${fragment}`;
        expect(print(net("url_parser", url))).toBe(
          print(
            new StructValue(
              ["scheme", "host", "path", "raw_query"],
              [scheme.toLowerCase(), host + port, path.map((each) => `/${each}`).join(""), query.slice(1)],
            ),
          ),
        );
      },
    ),
  );
});
