/**
 * Deletes a group without members and policies.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteGroup.html
 */
import { deleteConflict } from '../errors.ts';
import { iam } from '../iam.ts';
import { identityCheck } from '../identity/identity.ts';
import { groups, membersOf } from './group.ts';

export default iam.operation('DeleteGroup', {
  checks: async (context, { GroupName }) => ({
    group: await identityCheck(context, groups, GroupName, 'DeleteGroup'),
  }),
  async execute({ tx }, _input, { group: { record } }) {
    const obstacles: readonly [boolean, string][] = [
      [(await membersOf(tx, record)).length > 0, 'must remove users from group first.'],
      [record.attachedPolicyArns.length > 0, 'must detach all policies first.'],
      [record.inlinePolicies.length > 0, 'must delete policies first.'],
    ];
    const obstacle = obstacles.find(([stands]) => stands);
    if (obstacle) throw deleteConflict(`Cannot delete entity, ${obstacle[1]}`);
    tx.delete(groups.table, [record.account, record.id]);
    return {};
  },
});
