/** What AWS decided, as its error codes tell. */
import { isDenialCode } from '../../aws/denial-code.ts';
import { DENIAL_REASON, type Use } from '../../import/cloudtrail/use.ts';
import type { PolicyType } from '../../policy/decision.ts';

export type RecordedOutcome = 'allowed' | 'denied' | 'failed';

/** Services look at states and inputs once a call is authorized. EC2 says whose fault it was before: `Client.…`. */
const AFTER_AUTHORIZATION =
  /^(?:Client\.)?(?:DisabledException|KMSInvalidStateException|InvalidCiphertextException|IncorrectKeyException|InvalidKeyUsageException|AlreadyExistsException|DryRunOperation)/;

/** A service that KMS refused has an error of its own for it, with KMS' sentence. */
export function recordedOutcome({ error, denied }: Use): RecordedOutcome {
  if (error === '' || AFTER_AUTHORIZATION.test(error)) return 'allowed';
  return isDenialCode(error) || denied !== '' ? 'denied' : 'failed';
}

/** Policies of sessions are recorded nowhere. */
export const isBeyondPolicies = ({ reason }: Pick<Use, 'reason'>): boolean =>
  reason.includes('session policy');

const denialReason = new RegExp(DENIAL_REASON);

/** What AWS's sentence says of why a call was denied; undefined where it does not say. */
export function reasonOf({
  reason,
}: Pick<Use, 'reason'>): { readonly explicit: boolean; readonly policyType: PolicyType } | undefined {
  const [, how, policyType] = denialReason.exec(reason) ?? [];
  return policyType === undefined
    ? undefined
    : { explicit: how !== 'no', policyType: policyType as PolicyType };
}
