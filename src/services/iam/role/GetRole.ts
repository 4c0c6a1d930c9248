/**
 * Describes a role with its trust policy.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRole.html
 */
import { iam } from '../iam.ts';
import { identityCheck } from '../identity/identity.ts';
import { roleLastUsed } from './last-use.ts';
import { roles, shownRoleDetail } from './role.ts';
import { shownTrustDocument } from './trust-policy.ts';

export default iam.operation('GetRole', {
  readOnly: true,
  checks: async (context, { RoleName }) => ({
    role: await identityCheck(context, roles, RoleName, 'GetRole'),
  }),
  async execute({ tx }, _input, { role: { record } }) {
    const trustDocument = await shownTrustDocument(tx, record.trustDocument);
    return { Role: shownRoleDetail(record, trustDocument, await roleLastUsed(tx, record)) };
  },
});
