/**
 * The forms that a principal in a policy may take.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 */
import { parseArn } from '../aws/arn.ts';
import type { RawPrincipals } from './document.ts';
import { allDigits } from './literals.ts';

const TYPES = new Set(['AWS', 'Service', 'Federated', 'CanonicalUser']);

/** The first principal that no policy may name (wrong type, group, wildcard inside an ARN), or undefined. */
export function invalidPrincipal(
  principals: RawPrincipals | undefined,
): { readonly type: string; readonly value: string } | undefined {
  for (const { type, values } of principals?.entries ?? []) {
    if (!TYPES.has(type)) return { type, value: values[0] ?? '' };
    const value = values.find((candidate) => !isPrincipalValue(type, candidate));
    if (value !== undefined) return { type, value };
  }
  return undefined;
}

function isPrincipalValue(type: string, value: string): boolean {
  if (type === 'AWS') return isAwsPrincipal(value);
  // Service and federated names are open lists; whether one exists is for the service that stores the policy.
  return value !== '' && !value.includes(' ') && (value === '*' || !value.includes('*'));
}

const isAccountId = (text: string): boolean => text.length === 12 && allDigits(text);

function isAwsPrincipal(value: string): boolean {
  if (value === '*' || isAccountId(value) || isUniqueId(value)) return true;
  const arn = parseArn(value);
  if (arn === undefined || value.includes('*') || value.includes('?') || !isAccountId(arn.account))
    return false;
  if (arn.region !== '') return false;
  const [noun, ...names] = arn.resource.split('/');
  const named = names.length > 0 && names.every((name) => name !== '');
  if (arn.service === 'iam')
    return arn.resource === 'root' || ((noun === 'user' || noun === 'role') && named);
  if (arn.service !== 'sts') return false;
  return (
    named &&
    ((noun === 'assumed-role' && names.length === 2) || (noun === 'federated-user' && names.length === 1))
  );
}

/** `AIDA…`, `AROA…`: what a stored policy holds in place of the ARN of a user or role. */
export function isUniqueId(value: string): boolean {
  if (value.length < 16 || value.length > 128) return false;
  if (!value.startsWith('AIDA') && !value.startsWith('AROA')) return false;
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i);
    if (!((code >= 48 && code <= 57) || (code >= 65 && code <= 90))) return false;
  }
  return true;
}
