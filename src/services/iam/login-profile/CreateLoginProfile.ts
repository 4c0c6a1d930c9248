/**
 * Gives a user a console password, which must be as the account's password policy wants it.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateLoginProfile.html
 */
import { alreadyExists, validationError } from '../errors.ts';
import { iam } from '../iam.ts';
import { ownUserCheck } from '../user/user.ts';
import { hashPassword, loginProfiles, requireGoodPassword, shownLoginProfile } from './login-profile.ts';

export default iam.operation('CreateLoginProfile', {
  checks: async (context, { UserName }) => ({
    user: await ownUserCheck(context, UserName, 'CreateLoginProfile'),
  }),
  async execute(
    { tx, account, nowMs, entropy },
    { Password, PasswordResetRequired = false },
    { user: { record } },
  ) {
    if (await tx.get(loginProfiles, [account, record.id])) {
      throw alreadyExists(`Login Profile for user ${record.name} already exists.`);
    }
    if (Password === undefined) throw validationError('Password must be specified.');
    await requireGoodPassword(tx, account, Password);
    const profile = {
      account,
      userId: record.id,
      passwordHash: hashPassword(Password, entropy),
      resetRequired: PasswordResetRequired,
      createdAtMs: nowMs,
    };
    tx.put(loginProfiles, profile);
    return { LoginProfile: shownLoginProfile(profile, record.name) };
  },
});
