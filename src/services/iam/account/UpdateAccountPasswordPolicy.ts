/**
 * Sets the account's password policy as a whole: what is not said takes its default.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAccountPasswordPolicy.html
 */
import { iam } from '../iam.ts';
import { accountCheck, accountSettings, settingsOf } from './account.ts';

const DEFAULT_LENGTH = 6;

export default iam.operation('UpdateAccountPasswordPolicy', {
  checks: ({ account }) => accountCheck(account, 'UpdateAccountPasswordPolicy'),
  async execute({ tx, account }, input) {
    const passwordPolicy = {
      minimumLength: input.MinimumPasswordLength ?? DEFAULT_LENGTH,
      requireSymbols: input.RequireSymbols ?? false,
      requireNumbers: input.RequireNumbers ?? false,
      requireUppercase: input.RequireUppercaseCharacters ?? false,
      requireLowercase: input.RequireLowercaseCharacters ?? false,
      allowUsersToChange: input.AllowUsersToChangePassword ?? false,
      maxAgeDays: input.MaxPasswordAge,
      reusePrevention: input.PasswordReusePrevention,
      hardExpiry: input.HardExpiry,
    };
    tx.put(accountSettings, { ...(await settingsOf(tx, account)), passwordPolicy });
    return {};
  },
});
