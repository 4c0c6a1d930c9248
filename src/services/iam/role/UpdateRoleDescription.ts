/**
 * The older way to change a role's description: UpdateRole has taken its place.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateRoleDescription.html
 */
import { iam } from '../iam.ts';
import { identityCheck } from '../identity/identity.ts';
import { namedRole, roles } from './role.ts';
import { shownTrustDocument } from './trust-policy.ts';

export default iam.operation('UpdateRoleDescription', {
  checks: async (context, { RoleName }) => ({
    role: await identityCheck(context, roles, RoleName, 'UpdateRoleDescription'),
  }),
  async execute({ tx }, { Description }, { role: { record } }) {
    const role = { ...record, description: Description };
    tx.put(roles.table, role);
    const named = namedRole(role, await shownTrustDocument(tx, role.trustDocument));
    return { Role: { ...named, Description } };
  },
});
