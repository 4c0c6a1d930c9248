/**
 * Lists the account's groups under a path.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListGroups.html
 */
import { iam } from '../iam.ts';
import { listAll } from '../identity/identity.ts';
import { pageOf } from '../page.ts';
import { groups, shownGroup } from './group.ts';

export default iam.operation('ListGroups', {
  readOnly: true,
  checks: ({ account }, { PathPrefix = '/' }) => ({
    groups: {
      action: 'iam:ListGroups',
      resource: `arn:aws:iam::${account}:group${PathPrefix}`,
      account,
      record: undefined,
    },
  }),
  async execute({ tx, account }, input) {
    const all = await listAll(tx, groups, account);
    const under = all.filter(({ path }) => path.startsWith(input.PathPrefix ?? '/'));
    const { items, ...page } = pageOf(under, input, ({ name }) => name.toLowerCase());
    return { Groups: items.map(shownGroup), ...page };
  },
});
