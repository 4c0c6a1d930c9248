/**
 * Goes back to AWS's default for passwords.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteAccountPasswordPolicy.html
 */
import { accountCheck } from '../../../service-kit/account-check.ts';
import { noSuchEntity } from '../errors.ts';
import { iam } from '../iam.ts';
import { accountSettings, settingsOf } from './account.ts';

export default iam.operation('DeleteAccountPasswordPolicy', {
  checks: (context) => ({ account: accountCheck(context, 'iam:DeleteAccountPasswordPolicy') }),
  async execute({ tx, account }) {
    const { passwordPolicy, ...settings } = await settingsOf(tx, account);
    if (!passwordPolicy) throw noSuchEntity('The account policy with name PasswordPolicy cannot be found.');
    tx.put(accountSettings, settings);
    return {};
  },
});
