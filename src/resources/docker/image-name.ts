import type { Identity } from "../../engine/resource.ts";

/** The name of an image with its tag. */
export function taggedName(image: string): string {
  return image.includes(":") ? image : `${image}:latest`;
}

/** The name of an image for automatic edges. */
export function imageIdentity(image: string): Identity {
  return `docker-image:${taggedName(image)}`;
}

/** Whether a text names a version of Docker's API, such as `v1.40`. */
export function isApiVersion(text: string): boolean {
  return /^v[1-9]\.[0-9]+$/.test(text);
}
