import { hostname } from "node:os";

/**
 * What has to stand behind `mgmt run` for a node to be found again.
 * @param prefix as it was given
 * @param name of the node; undefined where it does not matter
 */
export function nodeWords(prefix: string | undefined, name?: string): string {
  return [
    ...(prefix === undefined ? [] : [` --prefix ${prefix}`]),
    ...(name === undefined || name === hostname() ? [] : [` --hostname ${name}`]),
  ].join("");
}
