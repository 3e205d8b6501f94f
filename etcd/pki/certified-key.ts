/** A private key and the certificate of its public part, both in PEM form. */
export interface CertifiedKey {
  /** The certificate itself, then those that lead from it towards the root, which is not among them. */
  readonly certificate: string;
  /** In the form PKCS #8. */
  readonly key: string;
}
