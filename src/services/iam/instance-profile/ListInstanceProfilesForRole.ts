/**
 * Lists the instance profiles that hold a role.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListInstanceProfilesForRole.html
 */
import { iam } from '../iam.ts';
import { identityCheck } from '../identity/identity.ts';
import { pageOf } from '../page.ts';
import { roles } from '../role/role.ts';
import { listedInstanceProfile, profilesOf } from './instance-profile.ts';

export default iam.operation('ListInstanceProfilesForRole', {
  readOnly: true,
  checks: async (context, { RoleName }) => ({
    role: await identityCheck(context, roles, RoleName, 'ListInstanceProfilesForRole'),
  }),
  async execute({ tx }, input, { role: { record } }) {
    const { items, ...page } = pageOf(await profilesOf(tx, record), input, ({ name }) => name.toLowerCase());
    const shown = items.map((profile) => listedInstanceProfile(tx, profile));
    return { InstanceProfiles: await Promise.all(shown), ...page };
  },
});
