/**
 * Replaces a role's trust policy.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAssumeRolePolicy.html
 */
import { iam } from '../iam.ts';
import { identityCheck } from '../identity/identity.ts';
import { roles } from './role.ts';
import { storedTrustDocument } from './trust-policy.ts';

export default iam.operation('UpdateAssumeRolePolicy', {
  checks: async (context, { RoleName }) => ({
    role: await identityCheck(context, roles, RoleName, 'UpdateAssumeRolePolicy'),
  }),
  async execute({ tx }, { PolicyDocument }, { role: { record } }) {
    roles.requireChangeable?.(record);
    tx.put(roles.table, { ...record, trustDocument: await storedTrustDocument(tx, PolicyDocument) });
    return {};
  },
});
