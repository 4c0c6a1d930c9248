/** A data key of a log group, as KMS wrapped it. */
export interface WrappedKey {
  readonly keyArn: string;
  /** Base64. */
  readonly ciphertext: string;
}
