import { isRoot } from "../../support/needs.ts";

/** The id of the user and of the group that own nothing. */
export const nobody = 65534;

/**
 * Runs a command as nobody, whatever the tests run as: it fails where that is not possible.
 *
 * Needs root and `setpriv`.
 */
export const asNobody: readonly string[] = [
  "setpriv",
  `--reuid=${nobody}`,
  `--regid=${nobody}`,
  "--clear-groups",
];

/** Runs a command without the permissions of root: as nobody, or as who runs the tests if that is not root. */
export const withoutRoot: readonly string[] = isRoot ? asNobody : [];
