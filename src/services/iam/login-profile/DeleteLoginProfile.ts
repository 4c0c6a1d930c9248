/**
 * Takes a user's console password away. Its access keys go on working.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteLoginProfile.html
 */
import { iam } from '../iam.ts';
import { ownUserCheck } from '../user/user.ts';
import { loginProfiles, profileOf } from './login-profile.ts';

export default iam.operation('DeleteLoginProfile', {
  checks: async (context, { UserName }) => ({
    user: await ownUserCheck(context, UserName, 'DeleteLoginProfile'),
  }),
  async execute({ tx }, _input, { user: { record } }) {
    const { account, userId } = await profileOf(tx, record);
    tx.delete(loginProfiles, [account, userId]);
    return {};
  },
});
