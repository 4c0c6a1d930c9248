/**
 * KMS grants in a decision.
 * https://docs.aws.amazon.com/kms/latest/developerguide/grants.html and aws-facts A4.
 */
import type { AccessRequest, GrantTerms, PolicyGrant } from './decision.ts';
import { granteeStrength, Strength } from './principals.ts';

/** Only these carry an encryption context; for other operations a grant's constraint is not looked at. */
const CONSTRAINED_ACTIONS: ReadonlySet<string> = new Set([
  'kms:Encrypt',
  'kms:Decrypt',
  'kms:GenerateDataKey',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:GenerateDataKeyPair',
  'kms:GenerateDataKeyPairWithoutPlaintext',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
]);

/** What a grant can give. https://docs.aws.amazon.com/kms/latest/developerguide/grants.html#terms-grant-operations */
export const GRANT_ACTIONS: ReadonlySet<string> = new Set([
  'kms:Decrypt',
  'kms:Encrypt',
  'kms:GenerateDataKey',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
  'kms:Sign',
  'kms:Verify',
  'kms:GetPublicKey',
  'kms:CreateGrant',
  'kms:RetireGrant',
  'kms:DescribeKey',
  'kms:GenerateDataKeyPair',
  'kms:GenerateDataKeyPairWithoutPlaintext',
  'kms:GenerateMac',
  'kms:VerifyMac',
  'kms:DeriveSharedSecret',
]);

/**
 * Whether conditions may ask for the call's encryption context; of a grant's it is that of the constraint.
 * https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-encryption-context
 */
export const hasEncryptionContext = (action: string): boolean =>
  action === 'kms:CreateGrant' || action === 'kms:RetireGrant' || CONSTRAINED_ACTIONS.has(action);

/** The strength with which the grant names the caller, or NONE where it does not allow the request. */
export function grantStrength(grant: PolicyGrant, request: AccessRequest): Strength {
  const strength = granteeStrength(grant.grantee, request.principal);
  if (strength === Strength.NONE || !grant.actions.includes(request.action)) return Strength.NONE;
  return constraintHolds(grant, request) ? strength : Strength.NONE;
}

/** Whether the encryption context of the request (for CreateGrant: the child) satisfies the grant. */
export function constraintHolds(grant: PolicyGrant, request: AccessRequest): boolean {
  if (!sourceHolds(grant, request)) return false;
  if (request.action === 'kms:CreateGrant')
    return request.childGrant !== undefined && covers(grant, request.childGrant);
  if (!CONSTRAINED_ACTIONS.has(request.action)) return true;
  const { encryptionContextEquals: equals, encryptionContextSubset: subset } = grant;
  if (equals === undefined && subset === undefined) return true;
  const keys = request.condition('kms:encryptioncontextkeys') ?? [];
  const holds = ([key, value]: [string, string]): boolean =>
    // Keys compare with regard to case here, unlike condition keys, so the list of keys is asked too.
    keys.includes(key) &&
    (request.condition(`kms:encryptioncontext:${key.toLowerCase()}`) ?? []).includes(value);
  if (equals !== undefined) {
    const pairs = Object.entries(equals);
    if (pairs.length !== keys.length || !pairs.every(holds)) return false;
  }
  return subset === undefined || Object.entries(subset).every(holds);
}

function sourceHolds({ sourceArn }: PolicyGrant, { principal, condition }: AccessRequest): boolean {
  if (sourceArn === undefined || principal.kind !== 'service') return true;
  return (condition('aws:sourcearn') ?? []).includes(sourceArn);
}

/**
 * Whether a grant with the terms `parent` may be handed on as `child`: no operation more, a constraint at least as
 * strict (aws-facts A4.5).
 */
function covers(parent: GrantTerms, child: GrantTerms): boolean {
  if (child.isOfChoice) return true;
  if (!child.actions.every((action) => parent.actions.includes(action))) return false;
  if (parent.sourceArn !== undefined && child.sourceArn !== parent.sourceArn) return false;
  const { encryptionContextEquals: equals, encryptionContextSubset: subset } = parent;
  if (equals !== undefined) {
    const own = child.encryptionContextEquals;
    return own !== undefined && containsAll(own, equals) && containsAll(equals, own);
  }
  if (subset === undefined) return true;
  return containsAll({ ...child.encryptionContextSubset, ...child.encryptionContextEquals }, subset);
}

function containsAll(
  pairs: Readonly<Record<string, string>>,
  wanted: Readonly<Record<string, string>>,
): boolean {
  return Object.entries(wanted).every(([key, value]) => Object.hasOwn(pairs, key) && pairs[key] === value);
}
