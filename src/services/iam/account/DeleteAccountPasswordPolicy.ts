/**
 * Goes back to AWS's default for passwords.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteAccountPasswordPolicy.html
 */
import { noSuchEntity } from '../errors.ts';
import { iam } from '../iam.ts';
import { accountCheck, accountSettings, settingsOf } from './account.ts';

export default iam.operation('DeleteAccountPasswordPolicy', {
  checks: ({ account }) => accountCheck(account, 'DeleteAccountPasswordPolicy'),
  async execute({ tx, account }) {
    const { passwordPolicy, ...settings } = await settingsOf(tx, account);
    if (!passwordPolicy) throw noSuchEntity('The account policy with name PasswordPolicy cannot be found.');
    tx.put(accountSettings, settings);
    return {};
  },
});
