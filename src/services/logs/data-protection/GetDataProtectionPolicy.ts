/**
 * Shows the data protection policy of a log group; of one that has none, the group alone.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetDataProtectionPolicy.html
 */
import { namedGroup } from '../group/group.ts';
import { groupCheck } from '../group/group-check.ts';
import { logs } from '../logs.ts';

export default logs.operation('GetDataProtectionPolicy', {
  readOnly: true,
  async checks(context, input) {
    return { group: await groupCheck(context, 'GetDataProtectionPolicy', namedGroup(context, input)) };
  },
  execute(_context, { logGroupIdentifier }, { group }) {
    const { document, updatedAtMs } = group.record.dataProtection ?? {};
    return { logGroupIdentifier, policyDocument: document, lastUpdatedTime: updatedAtMs };
  },
});
