/** What the two sides of joining make of what they are told, whatever it is. */
import { expect, test } from "bun:test";
import fc from "fast-check";
import {
  decodeJoinAnswer,
  decodeJoinRequest,
  decodeRefusal,
  decodeRenewalAnswer,
  decodeRenewalRequest,
  encodeJoinAnswer,
  encodeJoinRequest,
  encodeRenewalRequest,
  type JoinAnswer,
  type JoinRequest,
} from "../../../etcd/join/protocol.ts";
import { Throttle } from "../../../etcd/join/throttle.ts";
import { decodeTokenRecord } from "../../../etcd/join/tokens.ts";
import { decodeToken, encodeToken, type JoinToken } from "../../../etcd/pki/join-token.ts";
import { PkiError } from "../../../etcd/pki/pki-error.ts";
import { roles } from "../../../etcd/pki/role.ts";

const text = fc.string({ minLength: 1, unit: "grapheme" });
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const role = fc.constantFrom(...roles);

const joinRequest: fc.Arbitrary<JoinRequest> = fc.record({
  secret: bytes(32),
  name: text,
  role,
  replace: fc.boolean(),
  host: text,
  server: fc.option(text, { nil: undefined }),
  peer: fc.option(text, { nil: undefined }),
  addresses: fc.array(fc.string()),
  time: fc.integer(),
});

const pair = fc.option(fc.record({ certificate: text, key: text }), { nil: undefined });
const joinAnswer: fc.Arbitrary<JoinAnswer> = fc.record({
  role,
  cluster: text,
  endpoints: fc.array(fc.string()),
  root: text,
  host: text,
  server: fc.option(text, { nil: undefined }),
  peer: fc.option(text, { nil: undefined }),
  clientAuthority: pair,
  peerAuthority: pair,
});

test("what one side says is what the other hears", () => {
  fc.assert(
    fc.property(joinRequest, joinAnswer, text, bytes(70), (request, answer, host, signature) => {
      expect(decodeJoinRequest(encodeJoinRequest(request))).toEqual(request);
      expect(decodeJoinAnswer(encodeJoinAnswer(answer))).toEqual(answer);
      const renewal = { host, certificate: host, signature };
      expect(decodeRenewalRequest(encodeRenewalRequest(renewal))).toEqual(renewal);
    }),
  );
});

test("what makes no sense is nothing, and no exception", () => {
  const decoders = [
    decodeJoinRequest,
    decodeJoinAnswer,
    decodeRenewalRequest,
    decodeRenewalAnswer,
    decodeRefusal,
    (json: string) => decodeTokenRecord({ value: Buffer.from(json) }),
  ];
  const fields = [
    "secret",
    "name",
    "role",
    "host",
    "addresses",
    "time",
    "code",
    "message",
    "v",
    "clientAuthority",
  ];
  const nearly = fc
    .dictionary(fc.constantFrom(...fields), fc.jsonValue())
    .map((value) => JSON.stringify(value));
  fc.assert(
    fc.property(fc.oneof(fc.json(), fc.string(), nearly), (json) => {
      for (const decode of decoders) decode(json);
    }),
  );
});

test("every token is read as it was made; whatever else is no token, and nothing worse", () => {
  const token: fc.Arbitrary<JoinToken> = fc.record({
    urls: fc.array(fc.webUrl({ validSchemes: ["https"] }), { maxLength: 9 }),
    pin: bytes(32).map((pin) => Buffer.from(pin).toString("hex")),
    role,
    secret: bytes(32),
  });
  fc.assert(fc.property(token, (made) => expect(decodeToken(encodeToken(made))).toEqual(made)));
  const anything = fc.oneof(
    fc.string(),
    fc.base64String().map((rest) => `mgmt1.${rest}`),
    fc.uint8Array({ maxLength: 200 }).map((rest) => `mgmt1.${Buffer.from(rest).toString("base64url")}`),
  );
  fc.assert(
    fc.property(anything, (line) => {
      try {
        decodeToken(line);
      } catch (error) {
        expect(error).toBeInstanceOf(PkiError);
      }
    }),
  );
});

test("who has tried too often waits for a minute, and nobody else does", () => {
  let now = 0;
  const throttle = new Throttle(() => now);
  for (let tries = 0; tries < 10; tries++) {
    expect(throttle.isTooMany("a")).toBe(false);
    throttle.count("a");
  }
  expect([throttle.isTooMany("a"), throttle.isTooMany("b")]).toEqual([true, false]);
  now = 59_000;
  expect(throttle.isTooMany("a")).toBe(true);
  now = 60_000;
  expect(throttle.isTooMany("a")).toBe(false);
});
