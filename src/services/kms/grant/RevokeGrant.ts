/**
 * Ends a grant on the part of those who control the key: allowed by policy, never by a grant. Works in every state.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_RevokeGrant.html
 */
import { keyArnResponse, keyChecks } from '../key/key-check.ts';
import { isForAwsResource } from '../key/key-conditions.ts';
import { kms } from '../kms.ts';
import { endGrant, grantOf } from './grant-end.ts';

export default kms.operation('RevokeGrant', {
  checks: (context, { KeyId }) =>
    keyChecks(context, 'RevokeGrant', KeyId, {
      conditions: () => ({ 'kms:GrantIsForAWSResource': isForAwsResource(context.caller) }),
    }),
  async preconditions(context, { GrantId }, { key }) {
    await grantOf(context, key.record, GrantId);
  },
  async execute(context, { GrantId }, { key }) {
    await endGrant(context, key, await grantOf(context, key.record, GrantId));
    return {};
  },
  audit: { responseElements: keyArnResponse },
});
