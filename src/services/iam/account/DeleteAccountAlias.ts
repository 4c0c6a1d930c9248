/**
 * Takes the alias off the account.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteAccountAlias.html
 */
import { noSuchEntity } from '../errors.ts';
import { iam } from '../iam.ts';
import { accountCheck, accountSettings, settingsOf } from './account.ts';

export default iam.operation('DeleteAccountAlias', {
  checks: ({ account }) => accountCheck(account, 'DeleteAccountAlias'),
  async execute({ tx, account }, { AccountAlias }) {
    const { alias, ...settings } = await settingsOf(tx, account);
    if (alias !== AccountAlias) throw noSuchEntity(`The Account Alias ${AccountAlias} cannot be found.`);
    tx.put(accountSettings, settings);
    return {};
  },
});
