/**
 * Deletes a log group with all its streams and events.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteLogGroup.html
 */
import { eraseGroup } from '../event/erasure.ts';
import { logs } from '../logs.ts';
import { filtersOfGroup, metricFilters } from '../metric-filter/metric-filter.ts';
import { deleteGroupPolicies } from '../resource-policy/resource-policy.ts';
import { logGroups } from './group.ts';
import { groupCheck } from './group-check.ts';

export default logs.operation('DeleteLogGroup', {
  async checks(context, { logGroupName }) {
    return { group: await groupCheck(context, 'DeleteLogGroup', logGroupName) };
  },
  async execute(context, _input, { group: { record } }) {
    context.tx.delete(logGroups, logGroups.key(record));
    for (const filter of await filtersOfGroup(context.tx, record)) {
      context.tx.delete(metricFilters, metricFilters.key(filter));
    }
    deleteGroupPolicies(context.tx, record);
    await eraseGroup(context, record);
    return {};
  },
});
