/**
 * Tells whether a user has a console password, and since when.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetLoginProfile.html
 */
import { iam } from '../iam.ts';
import { ownUserCheck } from '../user/user.ts';
import { profileOf, shownLoginProfile } from './login-profile.ts';

export default iam.operation('GetLoginProfile', {
  readOnly: true,
  checks: async (context, { UserName }) => ({
    user: await ownUserCheck(context, UserName, 'GetLoginProfile'),
  }),
  async execute({ tx }, _input, { user: { record } }) {
    return { LoginProfile: shownLoginProfile(await profileOf(tx, record), record.name) };
  },
});
