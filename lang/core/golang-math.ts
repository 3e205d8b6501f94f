/**
 * Module `golang/math` (functions specification, section 10). Results are those of Go on amd64 to the last bit; the
 * algorithms are in `support/float/`.
 */
export * from "./golang-math/arithmetic.ts";
export * from "./golang-math/elementary.ts";
export * from "./golang-math/special.ts";
