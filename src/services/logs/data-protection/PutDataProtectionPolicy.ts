/**
 * Gives a log group the policy by which sensitive data in its events is audited and masked.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutDataProtectionPolicy.html
 */
import { logGroups, namedGroup } from '../group/group.ts';
import { groupCheck } from '../group/group-check.ts';
import { logs } from '../logs.ts';
import { requireDataProtection } from './data-protection.ts';

export default logs.operation('PutDataProtectionPolicy', {
  async checks(context, input) {
    return { group: await groupCheck(context, 'PutDataProtectionPolicy', namedGroup(context, input)) };
  },
  preconditions: (context, { policyDocument }) => requireDataProtection(context, policyDocument),
  execute({ tx, nowMs }, { logGroupIdentifier, policyDocument }, { group: { record } }) {
    tx.put(logGroups, { ...record, dataProtection: { document: policyDocument, updatedAtMs: nowMs } });
    return { logGroupIdentifier, policyDocument, lastUpdatedTime: nowMs };
  },
});
