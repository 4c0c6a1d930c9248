/**
 * Sets the account's password policy as a whole: what is not said takes its default.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAccountPasswordPolicy.html
 */
import { accountCheck } from '../../../service-kit/account-check.ts';
import { iam } from '../iam.ts';
import { accountSettings, settingsOf } from './account.ts';
import { passwordPolicyOf } from './password-policy.ts';

export default iam.operation('UpdateAccountPasswordPolicy', {
  checks: (context) => ({ account: accountCheck(context, 'iam:UpdateAccountPasswordPolicy') }),
  async execute({ tx, account }, input) {
    const passwordPolicy = passwordPolicyOf(input);
    tx.put(accountSettings, { ...(await settingsOf(tx, account)), passwordPolicy });
    return {};
  },
});
