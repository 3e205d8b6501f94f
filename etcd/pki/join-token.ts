import type { Role } from "./role.ts";

/** What a node needs to join: where, by what it knows its cluster, and what lets it in. */
export interface JoinToken {
  /** Where to join, `https://HOST:PORT`. */
  readonly urls: readonly string[];
  /** SHA-256 of the root certificate (DER), in hexadecimal. */
  readonly pin: string;
  readonly role: Role;
  /** 32 random bytes, never to be logged. */
  readonly secret: Uint8Array;
}

/** @returns one line, to be copied and pasted */
export function encodeToken(_token: JoinToken): string {
  throw new Error("not built yet");
}

/** @throws PkiError that says whether it is cut off, mistyped, of a newer version, or no token at all */
export function decodeToken(_text: string): JoinToken {
  throw new Error("not built yet");
}

/** What a token is kept under: SHA-256 of its secret, in hexadecimal. */
export function tokenId(_secret: Uint8Array): string {
  throw new Error("not built yet");
}

/** What a root certificate is recognized by. @param certificate PEM */
export function pinOf(_certificate: string): string {
  throw new Error("not built yet");
}
