/**
 * Tells when, where and for which service an access key was last used, as CloudTrail has it.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccessKeyLastUsed.html
 */
import { callerArn } from '../../../invoke/caller.ts';
import { accessDenied } from '../errors.ts';
import { iam } from '../iam.ts';
import { identityCheck } from '../identity/identity.ts';
import { users } from '../user/user.ts';
import { accessKeys } from './access-key.ts';
import { lastUse } from './last-use.ts';

export default iam.operation('GetAccessKeyLastUsed', {
  readOnly: true,
  async checks(context, { AccessKeyId }) {
    const key = await context.tx.get(accessKeys, [AccessKeyId]);
    const user = key && (await context.tx.get(users.table, [key.account, key.userId]));
    if (user?.account !== context.account) {
      // So that nobody learns which keys there are.
      const caller = callerArn(context.caller);
      throw accessDenied(
        `User: ${caller} is not authorized to perform iam:GetAccessKeyLastUsed on resource: access key ${AccessKeyId}`,
      );
    }
    return { user: await identityCheck(context, users, user.name, 'GetAccessKeyLastUsed') };
  },
  async execute({ tx }, { AccessKeyId }, { user: { record } }) {
    const use = await lastUse(tx, AccessKeyId);
    const AccessKeyLastUsed = use
      ? { LastUsedDate: use.atMs, ServiceName: use.service, Region: use.region }
      : { ServiceName: 'N/A', Region: 'N/A' };
    return { UserName: record.name, AccessKeyLastUsed };
  },
});
