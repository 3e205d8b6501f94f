import { extendedAttribute, extendedAttributeNames, setExtendedAttribute } from "../../os/xattr.ts";

/** Labels, access lists and whatever users noted; not what vouches for the contents (capabilities, signatures). */
const kept = /^(?:security\.selinux|system\.posix_acl_access|user\..*)$/;

export type ExtendedAttributes = ReadonlyMap<string, Uint8Array>;

/** The extended attributes that a file should not lose when new contents take its place. */
export function extendedAttributesToKeep(path: string): ExtendedAttributes {
  const attributes = new Map<string, Uint8Array>();
  for (const name of extendedAttributeNames(path)) {
    const value = kept.test(name) ? extendedAttribute(path, name) : undefined;
    if (value !== undefined) attributes.set(name, value);
  }
  return attributes;
}

/** Gives a file what its predecessor had; what it got by itself stays untouched. */
export function restoreExtendedAttributes(path: string, attributes: ExtendedAttributes): void {
  for (const [name, value] of attributes) {
    const present = extendedAttribute(path, name);
    if (present === undefined || Buffer.compare(present, value) !== 0)
      setExtendedAttribute(path, name, value);
  }
}
