/**
 * Sets a user's console password, or whether it must be changed at the next sign-in.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateLoginProfile.html
 */
import { iam } from '../iam.ts';
import { identityCheck } from '../identity/identity.ts';
import { users } from '../user/user.ts';
import { hashPassword, loginProfiles, profileOf, requireGoodPassword } from './login-profile.ts';

export default iam.operation('UpdateLoginProfile', {
  checks: async (context, { UserName }) => ({
    user: await identityCheck(context, users, UserName, 'UpdateLoginProfile'),
  }),
  async execute({ tx, account, entropy }, { Password, PasswordResetRequired }, { user: { record } }) {
    const profile = await profileOf(tx, record);
    if (Password !== undefined) await requireGoodPassword(tx, account, Password);
    tx.put(loginProfiles, {
      ...profile,
      passwordHash: Password === undefined ? profile.passwordHash : hashPassword(Password, entropy),
      resetRequired: PasswordResetRequired ?? profile.resetRequired,
    });
    return {};
  },
});
