/**
 * Lets a group keep its events for ever.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteRetentionPolicy.html
 */
import { logGroups } from '../group/group.ts';
import { groupCheck } from '../group/group-check.ts';
import { logs } from '../logs.ts';
import { requireOwnRetention } from './retention.ts';

export default logs.operation('DeleteRetentionPolicy', {
  async checks(context, { logGroupName }) {
    return { group: await groupCheck(context, 'DeleteRetentionPolicy', logGroupName) };
  },
  preconditions: (_context, _input, { group }) => requireOwnRetention(group.record),
  execute({ tx }, _input, { group: { record } }) {
    const { retentionDays: _, ...group } = record;
    tx.put(logGroups, group);
    return {};
  },
});
