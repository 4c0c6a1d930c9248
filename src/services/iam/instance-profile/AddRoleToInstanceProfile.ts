/**
 * Puts a role into an instance profile, which holds at most one. The caller must be allowed to pass the role, since
 * whoever may launch instances with the profile gets its rights.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_AddRoleToInstanceProfile.html
 */
import type { Check } from '../../../invoke/verdict.ts';
import { exceedsQuota } from '../errors.ts';
import { iam } from '../iam.ts';
import { identityCheck } from '../identity/identity.ts';
import { type RoleRecord, roles } from '../role/role.ts';
import { instanceProfileCheck, instanceProfiles } from './instance-profile.ts';

const MAX_ROLES = 1;

export default iam.operation('AddRoleToInstanceProfile', {
  async checks(context, { InstanceProfileName, RoleName }) {
    const passed = await identityCheck(context, roles, RoleName, 'PassRole', () => ({
      'iam:PassedToService': 'ec2.amazonaws.com',
    }));
    const role: Check<RoleRecord> = { ...passed, deniedAs: undefined };
    return {
      profile: await instanceProfileCheck(context, InstanceProfileName, 'AddRoleToInstanceProfile'),
      role,
    };
  },
  execute({ tx }, _input, { profile, role }) {
    roles.requireChangeable?.(role.record);
    if (profile.record.roleId) throw exceedsQuota('InstanceSessionsPerInstanceProfile', MAX_ROLES);
    tx.put(instanceProfiles, { ...profile.record, roleId: role.record.id });
    return {};
  },
});
