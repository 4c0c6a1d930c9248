/**
 * Takes the role out of an instance profile.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_RemoveRoleFromInstanceProfile.html
 */
import { noSuchEntity } from '../errors.ts';
import { iam } from '../iam.ts';
import { findById, findByName } from '../identity/identity.ts';
import { roles } from '../role/role.ts';
import { instanceProfileCheck, instanceProfiles } from './instance-profile.ts';

export default iam.operation('RemoveRoleFromInstanceProfile', {
  checks: async (context, { InstanceProfileName }) => ({
    profile: await instanceProfileCheck(context, InstanceProfileName, 'RemoveRoleFromInstanceProfile'),
  }),
  async execute({ tx, account }, { RoleName }, { profile: { record } }) {
    const { roleId, ...profile } = record;
    const named = await findByName(tx, roles, account, RoleName);
    if (named) roles.requireChangeable?.(named);
    const role = roleId === undefined ? undefined : await findById(tx, roles, roleId);
    if (role?.name.toLowerCase() !== RoleName.toLowerCase()) {
      throw noSuchEntity(`Role ${RoleName} in Instance Profile ${record.name} cannot be found.`);
    }
    tx.put(instanceProfiles, profile);
    return {};
  },
});
