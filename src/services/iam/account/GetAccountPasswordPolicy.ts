/**
 * Describes the account's password policy, where it has one of its own.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountPasswordPolicy.html
 */
import { accountCheck } from '../../../service-kit/account-check.ts';
import { iam } from '../iam.ts';
import { settingsOf } from './account.ts';
import { noPasswordPolicy, shownPasswordPolicy } from './password-policy.ts';

export default iam.operation('GetAccountPasswordPolicy', {
  readOnly: true,
  checks: (context) => ({ account: accountCheck(context, 'iam:GetAccountPasswordPolicy') }),
  async execute({ tx, account }) {
    const { passwordPolicy } = await settingsOf(tx, account);
    if (!passwordPolicy) throw noPasswordPolicy(account);
    return { PasswordPolicy: shownPasswordPolicy(passwordPolicy) };
  },
});
