/**
 * Deletes an instance profile that holds no role.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteInstanceProfile.html
 */
import { deleteConflict } from '../errors.ts';
import { iam } from '../iam.ts';
import { instanceProfileCheck, instanceProfiles } from './instance-profile.ts';

export default iam.operation('DeleteInstanceProfile', {
  checks: async (context, { InstanceProfileName }) => ({
    profile: await instanceProfileCheck(context, InstanceProfileName, 'DeleteInstanceProfile'),
  }),
  execute({ tx }, _input, { profile: { record } }) {
    if (record.roleId)
      throw deleteConflict('Cannot delete entity, must remove roles from instance profile first.');
    tx.delete(instanceProfiles, [record.account, record.id]);
    return {};
  },
});
