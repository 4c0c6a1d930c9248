/**
 * Takes a user's console password away. Its access keys go on working.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteLoginProfile.html
 */
import { iam } from '../iam.ts';
import { identityCheck } from '../identity/identity.ts';
import { needsUserName, ownUserName, users } from '../user/user.ts';
import { loginProfiles, profileOf } from './login-profile.ts';

export default iam.operation('DeleteLoginProfile', {
  async checks(context, { UserName }) {
    const name = await ownUserName(context, UserName);
    if (name === undefined) throw needsUserName();
    return { user: await identityCheck(context, users, name, 'DeleteLoginProfile') };
  },
  async execute({ tx }, _input, { user: { record } }) {
    const { account, userId } = await profileOf(tx, record);
    tx.delete(loginProfiles, [account, userId]);
    return {};
  },
});
