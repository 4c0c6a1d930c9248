/**
 * Gives a log group the policy that names the fields of its events to index, in place of the one that it has.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutIndexPolicy.html
 */
import { logGroups, namedGroup, requireStandardClass } from '../group/group.ts';
import { anyResourceGroupCheck } from '../group/group-check.ts';
import { logs } from '../logs.ts';
import { indexPoliciesOf, requireIndexPolicy } from './index-policy.ts';

export default logs.operation('PutIndexPolicy', {
  async checks(context, input) {
    return { group: await anyResourceGroupCheck(context, 'PutIndexPolicy', namedGroup(context, input)) };
  },
  preconditions(_context, { policyDocument }, { group }) {
    requireStandardClass(group.record);
    requireIndexPolicy(policyDocument);
  },
  execute({ tx, nowMs }, { policyDocument }, { group: { record } }) {
    const group = { ...record, indexPolicy: { document: policyDocument, updatedAtMs: nowMs } };
    tx.put(logGroups, group);
    return { indexPolicy: indexPoliciesOf(group)[0] };
  },
});
