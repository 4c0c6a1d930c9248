/**
 * Changes a role's description or its longest session.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateRole.html
 */
import { unmodifiable } from '../errors.ts';
import { iam } from '../iam.ts';
import { identityCheck } from '../identity/identity.ts';
import { roles } from './role.ts';

export default iam.operation('UpdateRole', {
  checks: async (context, { RoleName }) => ({
    role: await identityCheck(context, roles, RoleName, 'UpdateRole'),
  }),
  execute({ tx }, { Description, MaxSessionDuration }, { role: { record } }) {
    // The description of a service-linked role is the one thing about it that may be changed (aws-facts E1.2).
    if (MaxSessionDuration !== undefined && record.serviceLinkedTo) {
      throw unmodifiable(
        `${record.name} is an AWS service linked role, max session duration cannot be changed.`,
      );
    }
    tx.put(roles.table, {
      ...record,
      description: Description ?? record.description,
      maxSessionDurationSeconds: MaxSessionDuration ?? record.maxSessionDurationSeconds,
    });
    return {};
  },
});
