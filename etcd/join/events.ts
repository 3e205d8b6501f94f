import type { PairName } from "../pki/pki-files.ts";
import type { Role } from "../pki/role.ts";

/** What happens at the port where nodes join. Nothing in it is secret. */
export type JoinServerEvent =
  | { readonly type: "listening"; readonly url: string }
  | { readonly type: "joined"; readonly name: string; readonly role: Role; readonly from: string }
  /** The node had another key before. */
  | { readonly type: "replaced"; readonly name: string; readonly role: Role; readonly from: string }
  | { readonly type: "renewed"; readonly name: string; readonly from: string }
  | {
      readonly type: "refused";
      readonly code: string;
      readonly name: string | undefined;
      readonly from: string;
      readonly reason: string;
    }
  /** Something is wrong here, not with who has asked. */
  | { readonly type: "failed"; readonly reason: string };

/** What a node that wants to join meets on its way. */
export type JoinEvent =
  | { readonly type: "asking"; readonly url: string }
  /** This one could not be asked, or could not answer; the next is. */
  | { readonly type: "unreachable"; readonly url: string; readonly reason: string }
  /** A key was found that others could have read. */
  | { readonly type: "warning"; readonly message: string };

export type RenewalEvent =
  | { readonly type: "renewed"; readonly pair: PairName; readonly notAfter: Date }
  | {
      readonly type: "failed";
      readonly pair: PairName;
      readonly reason: string;
      readonly notAfter: Date | undefined;
    };
