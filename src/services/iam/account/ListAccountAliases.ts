/**
 * Lists the account's alias: there is at most one.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAccountAliases.html
 */
import { accountCheck } from '../../../service-kit/account-check.ts';
import { iam } from '../iam.ts';
import { pageOf } from '../page.ts';
import { settingsOf } from './account.ts';

export default iam.operation('ListAccountAliases', {
  readOnly: true,
  checks: (context) => ({ account: accountCheck(context, 'iam:ListAccountAliases') }),
  async execute({ tx, account }, input) {
    const { alias } = await settingsOf(tx, account);
    const { items, ...page } = pageOf(alias === undefined ? [] : [alias], input, String);
    return { AccountAliases: [...items], ...page };
  },
});
