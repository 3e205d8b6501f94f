/**
 * Who follows what a store keeps. It is told once soon, then at each change, no matter who made it, until its signal
 * fires; never before the call that starts this has returned.
 */
export interface Listener<T> {
  onValue(value: T): void;
  /** It cannot be known now; a later change may be told all the same. */
  onError(error: unknown): void;
}
