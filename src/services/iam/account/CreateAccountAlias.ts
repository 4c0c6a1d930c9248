/**
 * Names the account's sign-in page, in place of any earlier name.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateAccountAlias.html
 */
import { alreadyExists } from '../errors.ts';
import { iam } from '../iam.ts';
import { accountCheck, accountSettings, settingsOf } from './account.ts';

export default iam.operation('CreateAccountAlias', {
  checks: ({ account }) => accountCheck(account, 'CreateAccountAlias'),
  async execute({ tx, account }, { AccountAlias: alias }) {
    const [taken] = await tx.find(accountSettings, 'alias', { prefix: [alias], limit: 1 });
    if (taken) throw alreadyExists(`The account alias ${alias} already exists.`);
    tx.put(accountSettings, { ...(await settingsOf(tx, account)), alias });
    return {};
  },
});
