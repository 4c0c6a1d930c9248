/**
 * Takes the alias off the account.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteAccountAlias.html
 */
import { accountCheck } from '../../../service-kit/account-check.ts';
import { noSuchEntity } from '../errors.ts';
import { iam } from '../iam.ts';
import { accountSettings, settingsOf } from './account.ts';

export default iam.operation('DeleteAccountAlias', {
  checks: (context) => ({ account: accountCheck(context, 'iam:DeleteAccountAlias') }),
  async execute({ tx, account }, { AccountAlias }) {
    const { alias, ...settings } = await settingsOf(tx, account);
    if (alias !== AccountAlias) throw noSuchEntity(`The Account Alias ${AccountAlias} cannot be found.`);
    tx.put(accountSettings, settings);
    return {};
  },
});
