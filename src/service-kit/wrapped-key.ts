/** A data key that a service keeps, as KMS wrapped it. */
export interface WrappedKey {
  readonly keyArn: string;
  /** Base64. */
  readonly ciphertext: string;
}
