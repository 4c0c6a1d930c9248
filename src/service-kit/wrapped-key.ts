/** A data key that a service keeps, as KMS wrapped it. */
export interface WrappedKey {
  readonly keyArn: string;
  /** Base64. */
  readonly ciphertext: string;
}

/** Of KMS's answer that made it. */
export const wrappedKey = (answer: {
  readonly KeyId?: string;
  readonly CiphertextBlob?: Uint8Array;
}): WrappedKey => ({
  keyArn: answer.KeyId as string,
  ciphertext: Buffer.from(answer.CiphertextBlob as Uint8Array).toString('base64'),
});

export const ciphertextOf = ({ ciphertext }: WrappedKey): Buffer => Buffer.from(ciphertext, 'base64');
