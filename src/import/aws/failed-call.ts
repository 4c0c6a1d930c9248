/** Why a call of an import failed: what of it says something about the account, and what only about this moment. */

export interface SdkError extends Error {
  readonly code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly clockSkewCorrected?: boolean };
}

export interface Refusal {
  readonly code: string;
  readonly message: string;
}

/** As the services that are read call it. https://docs.aws.amazon.com/general/latest/gr/api-retries.html */
const THROTTLING =
  /^(?:Throttling|ThrottlingException|Throttled\w*|RequestLimitExceeded|RequestThrottled\w*|TooManyRequests\w*|LimitExceededException|SlowDown|EC2ThrottledException|BandwidthLimitExceeded)$/;
const CREDENTIALS =
  /Expired|^(?:InvalidClientTokenId|InvalidToken|SignatureDoesNotMatch|UnrecognizedClientException|InvalidSignatureException|IncompleteSignature\w*|AuthFailure|CredentialsProviderError|MissingAuthenticationToken\w*)$/;

/**
 * `busy`: AWS asks for patience. `failing`: the service could not answer; if it goes on so, that is its answer.
 * `unreachable`: no answer came. `credentials`: AWS does not know them; so it answers, too, in a Region that the account has
 * not enabled. `refused`: the answer stands.
 */
export type Failure = 'busy' | 'failing' | 'unreachable' | 'credentials' | 'refused';

export function failureOf({ name, $metadata = {} }: SdkError): Failure {
  const { httpStatusCode: status, clockSkewCorrected } = $metadata;
  // The SDK has set its clock by the answer.
  if (clockSkewCorrected) return 'busy';
  if (THROTTLING.test(name) || status === 429) return 'busy';
  if (CREDENTIALS.test(name)) return 'credentials';
  if (status === undefined || status < 400) return 'unreachable';
  return status >= 500 && status !== 501 ? 'failing' : 'refused';
}

export const refusalOf = ({ name, message }: Error): Refusal => ({
  code: name,
  message: message.slice(0, 500),
});
