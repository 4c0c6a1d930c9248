/** What AWS decided, as its error codes tell. */
import type { Use } from '../../import/cloudtrail/use.ts';

export type RecordedOutcome = 'allowed' | 'denied' | 'failed';

const DENIED = /AccessDenied|UnauthorizedOperation|AuthorizationError/;
/** Services look at states and inputs once a call is authorized. EC2 says whose fault it was before: `Client.…`. */
const AFTER_AUTHORIZATION =
  /^(?:Client\.)?(?:DisabledException|KMSInvalidStateException|InvalidCiphertextException|IncorrectKeyException|InvalidKeyUsageException|AlreadyExistsException|DryRunOperation)/;

export function recordedOutcome({ error }: Use): RecordedOutcome {
  if (error === '' || AFTER_AUTHORIZATION.test(error)) return 'allowed';
  return DENIED.test(error) ? 'denied' : 'failed';
}
