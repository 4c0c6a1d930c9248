/**
 * Deletes a role without policies that no instance profile holds.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRole.html
 */
import { deleteConflict } from '../errors.ts';
import { iam } from '../iam.ts';
import { identityCheck } from '../identity/identity.ts';
import { profilesOf } from '../instance-profile/instance-profile.ts';
import { roles } from './role.ts';

export default iam.operation('DeleteRole', {
  checks: async (context, { RoleName }) => ({
    role: await identityCheck(context, roles, RoleName, 'DeleteRole'),
  }),
  async execute({ tx }, _input, { role: { record } }) {
    roles.requireChangeable?.(record);
    const obstacles: readonly [boolean, string][] = [
      [(await profilesOf(tx, record)).length > 0, 'must remove roles from instance profile first.'],
      [record.attachedPolicyArns.length > 0, 'must detach all policies first.'],
      [record.inlinePolicies.length > 0, 'must delete policies first.'],
    ];
    const obstacle = obstacles.find(([stands]) => stands);
    if (obstacle) throw deleteConflict(`Cannot delete entity, ${obstacle[1]}`);
    tx.delete(roles.table, [record.account, record.id]);
    return {};
  },
});
