/**
 * Tells whether a user has a console password, and since when.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetLoginProfile.html
 */
import { iam } from '../iam.ts';
import { identityCheck } from '../identity/identity.ts';
import { needsUserName, ownUserName, users } from '../user/user.ts';
import { profileOf, shownLoginProfile } from './login-profile.ts';

export default iam.operation('GetLoginProfile', {
  readOnly: true,
  async checks(context, { UserName }) {
    const name = await ownUserName(context, UserName);
    if (name === undefined) throw needsUserName();
    return { user: await identityCheck(context, users, name, 'GetLoginProfile') };
  },
  async execute({ tx }, _input, { user: { record } }) {
    return { LoginProfile: shownLoginProfile(await profileOf(tx, record), record.name) };
  },
});
