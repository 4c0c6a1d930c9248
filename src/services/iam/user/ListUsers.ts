/**
 * Lists the account's users under a path, without tags and boundaries.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListUsers.html
 */
import { iam } from '../iam.ts';
import { listAll } from '../identity/identity.ts';
import { pageOf } from '../page.ts';
import { shownUser, users } from './user.ts';

export default iam.operation('ListUsers', {
  readOnly: true,
  checks: ({ account }, { PathPrefix = '/' }) => ({
    users: {
      action: 'iam:ListUsers',
      resource: `arn:aws:iam::${account}:user${PathPrefix}`,
      account,
      record: undefined,
    },
  }),
  async execute({ tx, account }, input) {
    const all = await listAll(tx, users, account);
    const under = all.filter(({ path }) => path.startsWith(input.PathPrefix ?? '/'));
    const { items, ...page } = pageOf(under, input, ({ name }) => name.toLowerCase());
    return { Users: items.map(shownUser), ...page };
  },
});
