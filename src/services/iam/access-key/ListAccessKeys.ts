/**
 * Lists a user's access keys: the named user's, or the caller's own, root's too.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAccessKeys.html
 */
import { rootAccessKey } from '../../../invoke/identity/account.ts';
import { iam } from '../iam.ts';
import { pageOf } from '../page.ts';
import { userOrRootChecks } from '../user/user.ts';
import { keysOf, type ListedKey, shownAccessKey } from './access-key.ts';

export default iam.operation('ListAccessKeys', {
  readOnly: true,
  checks: (context, { UserName }) => userOrRootChecks(context, UserName, 'ListAccessKeys'),
  async execute({ tx, account }, input, { user }) {
    const keys: readonly ListedKey[] = user
      ? await keysOf(tx, user.record)
      : [await rootAccessKey(tx, account)];
    const { items, ...page } = pageOf(keys, input, ({ accessKeyId }) => accessKeyId);
    return { AccessKeyMetadata: items.map((key) => shownAccessKey(key, user?.record.name)), ...page };
  },
});
