/**
 * Changes the calling user's own console password.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_ChangePassword.html
 */
import { accessDenied } from '../errors.ts';
import { iam } from '../iam.ts';
import { identityCheck } from '../identity/identity.ts';
import { needsUserName, ownUserName, users } from '../user/user.ts';
import { hashPassword, isPassword, loginProfiles, profileOf, requireGoodPassword } from './login-profile.ts';

export default iam.operation('ChangePassword', {
  async checks(context) {
    const name = await ownUserName(context, undefined);
    if (name === undefined) throw needsUserName();
    return { user: await identityCheck(context, users, name, 'ChangePassword') };
  },
  async execute({ tx, account, entropy }, { OldPassword, NewPassword }, { user: { record } }) {
    const profile = await profileOf(tx, record);
    if (!isPassword(OldPassword, profile.passwordHash)) throw accessDenied('The old password was incorrect.');
    await requireGoodPassword(tx, account, NewPassword);
    tx.put(loginProfiles, {
      ...profile,
      passwordHash: hashPassword(NewPassword, entropy),
      resetRequired: false,
    });
    return {};
  },
});
