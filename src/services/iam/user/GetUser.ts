/**
 * Describes a user: the named one, or the caller's own. Root, who is no user, gets the account.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetUser.html
 */
import { accountCreatedAtMs } from '../../../invoke/identity/account.ts';
import type { User } from '../../../shapes/generated/iam.ts';
import { iam } from '../iam.ts';
import { shownUserDetail, userOrRootChecks } from './user.ts';

export default iam.operation('GetUser', {
  readOnly: true,
  checks: (context, { UserName }) => userOrRootChecks(context, UserName, 'GetUser'),
  async execute({ tx, account }, _input, { user, root }) {
    if (user) return { User: shownUserDetail(user.record) };
    const created = await accountCreatedAtMs(tx, account);
    // Root has neither name nor path.
    return { User: { UserId: account, Arn: root?.resource, CreateDate: created } as User };
  },
});
