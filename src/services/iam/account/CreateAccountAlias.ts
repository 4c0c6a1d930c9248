/**
 * Names the account's sign-in page, in place of any earlier name.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateAccountAlias.html
 */
import { accountCheck } from '../../../service-kit/account-check.ts';
import { alreadyExists } from '../errors.ts';
import { iam } from '../iam.ts';
import { accountSettings, settingsOf } from './account.ts';

export default iam.operation('CreateAccountAlias', {
  checks: (context) => ({ account: accountCheck(context, 'iam:CreateAccountAlias') }),
  async execute({ tx, account }, { AccountAlias: alias }) {
    const [taken] = await tx.find(accountSettings, 'alias', { prefix: [alias], limit: 1 });
    if (taken) throw alreadyExists(`The account alias ${alias} already exists.`);
    tx.put(accountSettings, { ...(await settingsOf(tx, account)), alias });
    return {};
  },
});
