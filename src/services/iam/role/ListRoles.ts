/**
 * Lists the account's roles under a path, without tags and boundaries.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRoles.html
 */
import { iam } from '../iam.ts';
import { listAll } from '../identity/identity.ts';
import { pageOf } from '../page.ts';
import { roles, shownRole } from './role.ts';
import { shownTrustDocument } from './trust-policy.ts';

export default iam.operation('ListRoles', {
  readOnly: true,
  checks: ({ account }, { PathPrefix = '/' }) => ({
    roles: {
      action: 'iam:ListRoles',
      resource: `arn:aws:iam::${account}:role${PathPrefix}`,
      account,
      record: undefined,
    },
  }),
  async execute({ tx, account }, input) {
    const all = await listAll(tx, roles, account);
    const under = all.filter(({ path }) => path.startsWith(input.PathPrefix ?? '/'));
    const { items, ...page } = pageOf(under, input, ({ name }) => name.toLowerCase());
    const shown = items.map(async (role) =>
      shownRole(role, await shownTrustDocument(tx, role.trustDocument)),
    );
    return { Roles: await Promise.all(shown), ...page };
  },
});
