/**
 * Policies for all log groups of an account in a Region. Of AWS's kinds data protection is served, of which an account has
 * one at most (PutAccountPolicy).
 */
import type { Scope } from '../../../aws/scope.ts';
import type { AccountPolicy } from '../../../shapes/generated/logs.ts';
import { table } from '../../../store/store.ts';

export const DATA_PROTECTION = 'DATA_PROTECTION_POLICY';

export interface AccountPolicyRecord extends Scope {
  readonly type: typeof DATA_PROTECTION;
  readonly name: string;
  readonly document: string;
  readonly updatedAtMs: number;
}

export const accountPolicies = table<AccountPolicyRecord>()({
  name: 'logs.account-policies',
  key: ({ account, region, type, name }) => [account, region, type, name],
});

export const showAccountPolicy = (policy: AccountPolicyRecord): AccountPolicy => ({
  policyName: policy.name,
  policyDocument: policy.document,
  lastUpdatedTime: policy.updatedAtMs,
  policyType: policy.type,
  scope: 'ALL',
  accountId: policy.account,
});
