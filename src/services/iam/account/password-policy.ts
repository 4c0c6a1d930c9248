/** What passwords of the account's users must be like. */
import type { PasswordPolicy, UpdateAccountPasswordPolicyRequest } from '../../../shapes/generated/iam.ts';
import { noSuchEntity } from '../errors.ts';
import type { PasswordPolicyRecord } from './account.ts';

export const noPasswordPolicy = (account: string) =>
  noSuchEntity(`The Password Policy with domain name ${account} cannot be found.`);

const DEFAULT_LENGTH = 6;

/** What is not said takes its default. */
export const passwordPolicyOf = (said: UpdateAccountPasswordPolicyRequest): PasswordPolicyRecord => ({
  minimumLength: said.MinimumPasswordLength ?? DEFAULT_LENGTH,
  requireSymbols: said.RequireSymbols ?? false,
  requireNumbers: said.RequireNumbers ?? false,
  requireUppercase: said.RequireUppercaseCharacters ?? false,
  requireLowercase: said.RequireLowercaseCharacters ?? false,
  allowUsersToChange: said.AllowUsersToChangePassword ?? false,
  maxAgeDays: said.MaxPasswordAge,
  reusePrevention: said.PasswordReusePrevention,
  hardExpiry: said.HardExpiry,
});

export function shownPasswordPolicy(policy: PasswordPolicyRecord): PasswordPolicy {
  return {
    MinimumPasswordLength: policy.minimumLength,
    RequireSymbols: policy.requireSymbols,
    RequireNumbers: policy.requireNumbers,
    RequireUppercaseCharacters: policy.requireUppercase,
    RequireLowercaseCharacters: policy.requireLowercase,
    AllowUsersToChangePassword: policy.allowUsersToChange,
    ExpirePasswords: policy.maxAgeDays !== undefined,
    ...(policy.maxAgeDays !== undefined && { MaxPasswordAge: policy.maxAgeDays }),
    ...(policy.reusePrevention !== undefined && { PasswordReusePrevention: policy.reusePrevention }),
    ...(policy.hardExpiry !== undefined && { HardExpiry: policy.hardExpiry }),
  };
}

const SYMBOLS = /[!@#$%^&*()_+\-=[\]{}|']/;
const KINDS = { uppercase: /[A-Z]/, lowercase: /[a-z]/, number: /[0-9]/, symbol: SYMBOLS };

/** Whether a password is good enough: by the account's policy, or without one by AWS's default. */
export function isGoodPassword(password: string, policy: PasswordPolicyRecord | undefined): boolean {
  const has = (kind: keyof typeof KINDS) => KINDS[kind].test(password);
  if (!policy) {
    const kinds = (Object.keys(KINDS) as (keyof typeof KINDS)[]).filter(has);
    return password.length >= 8 && kinds.length >= 3;
  }
  return (
    password.length >= policy.minimumLength &&
    (!policy.requireUppercase || has('uppercase')) &&
    (!policy.requireLowercase || has('lowercase')) &&
    (!policy.requireNumbers || has('number')) &&
    (!policy.requireSymbols || has('symbol'))
  );
}
