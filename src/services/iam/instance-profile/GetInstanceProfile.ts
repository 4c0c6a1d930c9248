/**
 * Describes an instance profile with the role that it holds.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetInstanceProfile.html
 */
import { iam } from '../iam.ts';
import { instanceProfileCheck, shownInstanceProfile } from './instance-profile.ts';

export default iam.operation('GetInstanceProfile', {
  readOnly: true,
  checks: async (context, { InstanceProfileName }) => ({
    profile: await instanceProfileCheck(context, InstanceProfileName, 'GetInstanceProfile'),
  }),
  async execute({ tx }, _input, { profile: { record } }) {
    return { InstanceProfile: await shownInstanceProfile(tx, record) };
  },
});
