/** Why a call failed that no policy refused, by its error: of failures that no record has enough of to make the call again. */

const REASONS: Readonly<Record<string, string>> = {
  InvalidCiphertextException:
    'the ciphertext was not made under this key with the encryption context that the call gave, or it is damaged. Which of the two cannot be told, since no record has the ciphertext. The event of the Encrypt or GenerateDataKey call shows the encryption context that is needed.',
  IncorrectKeyException:
    'the ciphertext was made under another key than the one that the call names. Under a symmetric key none has to be named: the ciphertext says which it is.',
  InvalidKeyUsageException:
    "the key is for another use (KeyUsage), or its spec does not have the call's algorithm.",
  LimitExceededException:
    'a quota is used up. A key can have at most 50,000 grants, and EC2 makes one for each volume that it attaches: aws kms list-grants shows whose they are.',
  InvalidGrantTokenException:
    'the grant token is not as CreateGrant gave it. It can be left out: a grant needs its token only until it is known everywhere, which takes some minutes at most.',
  DependencyTimeoutException: 'KMS could not answer in time. The call can be made again.',
  KMSInternalException: 'KMS could not answer. The call can be made again.',
};

export const EXPLAINED_CODES = Object.keys(REASONS);

export const STATES =
  / is (disabled|pending (?:replica )?deletion|pending import|unavailable|creating|updating)\b/;

/** KMS names the state of a key that it refuses for that (aws-facts A5). */
export function failureReason({
  code,
  message = '',
}: {
  readonly code: string;
  readonly message?: string;
}): string {
  const state = STATES.exec(message)?.[1];
  if (state !== undefined && isKeyState({ code, message })) return `the key was ${state}.`;
  return REASONS[code] ?? 'the reason is the request, or the state of the resource.';
}

const STATE_CODES = /^(?:DisabledException|KMSInvalidStateException|KeyUnavailableException)$/;
/** EC2, of a key that a copy is to be under. */
const COPY_UNDER_IT = /specified keyId arn:\S{1,200} is (?:disabled|pending deletion|not enabled)/;

/** Whether a call was refused a key for its state. */
export const isKeyState = ({
  code,
  message = '',
}: {
  readonly code: string;
  readonly message?: string;
}): boolean => STATE_CODES.test(code) || COPY_UNDER_IT.test(message);
