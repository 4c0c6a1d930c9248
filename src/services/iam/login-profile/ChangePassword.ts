/**
 * Changes the calling user's own console password.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_ChangePassword.html
 */
import { accessDenied } from '../errors.ts';
import { iam } from '../iam.ts';
import { ownUserCheck } from '../user/user.ts';
import { hashPassword, isPassword, loginProfiles, profileOf, requireGoodPassword } from './login-profile.ts';

export default iam.operation('ChangePassword', {
  checks: async (context) => ({ user: await ownUserCheck(context, undefined, 'ChangePassword') }),
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
