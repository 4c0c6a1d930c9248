/**
 * Takes the data protection policy from a log group, which says from then on that it had one.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteDataProtectionPolicy.html
 */
import { notFound } from '../errors.ts';
import { logGroups, namedGroup } from '../group/group.ts';
import { groupCheck } from '../group/group-check.ts';
import { logs } from '../logs.ts';

export default logs.operation('DeleteDataProtectionPolicy', {
  async checks(context, input) {
    return { group: await groupCheck(context, 'DeleteDataProtectionPolicy', namedGroup(context, input)) };
  },
  preconditions(_context, _input, { group }) {
    if (group.record.dataProtection?.document !== undefined) return;
    throw notFound('The specified data protection policy does not exist.');
  },
  execute({ tx, nowMs }, _input, { group: { record } }) {
    tx.put(logGroups, { ...record, dataProtection: { updatedAtMs: nowMs } });
    return {};
  },
});
