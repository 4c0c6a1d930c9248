/**
 * Sets how many days a group keeps its events.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
 */
import { logGroups } from '../group/group.ts';
import { groupCheck } from '../group/group-check.ts';
import { logs } from '../logs.ts';
import { expiring, requireOwnRetention, requireRetentionDays } from './retention.ts';

export default logs.operation('PutRetentionPolicy', {
  async checks(context, { logGroupName }) {
    return { group: await groupCheck(context, 'PutRetentionPolicy', logGroupName) };
  },
  preconditions(_context, { retentionInDays }, { group }) {
    requireRetentionDays(retentionInDays);
    requireOwnRetention(group.record);
  },
  async execute(context, { retentionInDays }, { group: { record } }) {
    // A step that waits already may be too late for a shorter time.
    const group = { ...record, retentionDays: retentionInDays, expires: false };
    context.tx.put(logGroups, await expiring(context, group));
    return {};
  },
});
