/** Encrypts what one host has to say to another, so that nobody else can read it. */
export interface Sealer {
  /**
   * @param to the host that is to read it
   * @param context what it is about: it can be opened with the same only, so that nobody can put it elsewhere
   * @throws Error naming the host if its key is not known
   */
  seal(to: string, plain: Uint8Array, context: Uint8Array): Promise<Uint8Array>;
  /** Whether {@link seal} has made it on this host, of the same, for the key that the other has now. @throws Error likewise */
  isCurrent(sealed: Uint8Array, to: string, plain: Uint8Array, context: Uint8Array): Promise<boolean>;
  /** @throws Error if it was not sealed for this host and for this context, or not by this method */
  open(sealed: Uint8Array, context: Uint8Array): Uint8Array;
  /**
   * Calls back when a host that something was to be sealed for has another key, or one at last; and this host, once it
   * had to open something.
   */
  followKeys(onChange: (host: string) => void, signal: AbortSignal): void;
}
