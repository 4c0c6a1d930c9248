/**
 * Takes the index policy from a log group.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteIndexPolicy.html
 */
import { notFound } from '../errors.ts';
import { logGroups, namedGroup } from '../group/group.ts';
import { anyResourceGroupCheck } from '../group/group-check.ts';
import { logs } from '../logs.ts';

export default logs.operation('DeleteIndexPolicy', {
  async checks(context, input) {
    return { group: await anyResourceGroupCheck(context, 'DeleteIndexPolicy', namedGroup(context, input)) };
  },
  preconditions(_context, _input, { group }) {
    if (group.record.indexPolicy) return;
    throw notFound('The specified index policy does not exist.');
  },
  execute({ tx }, _input, { group }) {
    const { indexPolicy: _deleted, ...record } = group.record;
    tx.put(logGroups, record);
    return {};
  },
});
