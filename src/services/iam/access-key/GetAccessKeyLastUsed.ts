/**
 * Tells when, where and for which service an access key was last used, as CloudTrail has it.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccessKeyLastUsed.html
 */
import { auditLog } from '../../../invoke/audit/audit.ts';
import { callerArn } from '../../../invoke/caller.ts';
import type { AccessKeyLastUsed } from '../../../shapes/generated/iam.ts';
import type { ReadTransaction } from '../../../store/store.ts';
import { accessDenied } from '../errors.ts';
import { iam } from '../iam.ts';
import { identityCheck } from '../identity/identity.ts';
import { users } from '../user/user.ts';
import { accessKeys } from './access-key.ts';

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
    return { UserName: record.name, AccessKeyLastUsed: await lastUse(tx, AccessKeyId) };
  },
});

/** Calls that services made for the key's user are records of their own, and not uses of the key. */
const REACH = 20;

async function lastUse(tx: ReadTransaction, accessKeyId: string): Promise<AccessKeyLastUsed> {
  const entries = await tx.scan(auditLog, {
    label: { name: 'AccessKeyId', value: accessKeyId },
    limit: REACH,
  });
  const entry = entries.find(({ body }) => !('invokedBy' in (body.event.userIdentity as object)));
  if (!entry) return { ServiceName: 'N/A', Region: 'N/A' };
  const { event } = entry.body;
  return {
    LastUsedDate: entry.atMs,
    ServiceName: event.eventSource.split('.')[0] as string,
    Region: String(event.awsRegion),
  };
}
