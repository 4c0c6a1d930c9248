/**
 * Lists a user's access keys: the named user's, or the caller's own.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAccessKeys.html
 */
import { iam } from '../iam.ts';
import { pageOf } from '../page.ts';
import { ownUserCheck } from '../user/user.ts';
import { keysOf, shownAccessKey } from './access-key.ts';

export default iam.operation('ListAccessKeys', {
  readOnly: true,
  checks: async (context, { UserName }) => ({
    user: await ownUserCheck(context, UserName, 'ListAccessKeys'),
  }),
  async execute({ tx }, input, { user: { record } }) {
    const { items, ...page } = pageOf(await keysOf(tx, record), input, ({ accessKeyId }) => accessKeyId);
    return { AccessKeyMetadata: items.map((key) => shownAccessKey(key, record.name)), ...page };
  },
});
