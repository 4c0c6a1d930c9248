/**
 * Describes the account's password policy, where it has one of its own.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountPasswordPolicy.html
 */
import { iam } from '../iam.ts';
import { accountCheck, settingsOf } from './account.ts';
import { noPasswordPolicy, shownPasswordPolicy } from './password-policy.ts';

export default iam.operation('GetAccountPasswordPolicy', {
  readOnly: true,
  checks: ({ account }) => accountCheck(account, 'GetAccountPasswordPolicy'),
  async execute({ tx, account }) {
    const { passwordPolicy } = await settingsOf(tx, account);
    if (!passwordPolicy) throw noPasswordPolicy(account);
    return { PasswordPolicy: shownPasswordPolicy(passwordPolicy) };
  },
});
