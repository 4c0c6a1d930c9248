/**
 * Deletes a metric filter of a log group.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteMetricFilter.html
 */
import { notFound } from '../errors.ts';
import { groupCheck } from '../group/group-check.ts';
import { logs } from '../logs.ts';
import { metricFilters } from './metric-filter.ts';

export default logs.operation('DeleteMetricFilter', {
  async checks(context, { logGroupName }) {
    return { group: await groupCheck(context, 'DeleteMetricFilter', logGroupName) };
  },
  async preconditions({ tx }, { filterName }, { group: { record } }) {
    if (await tx.get(metricFilters, [record.groupId, filterName])) return;
    throw notFound('The specified metric filter does not exist.');
  },
  async execute({ tx }, { filterName }, { group: { record } }) {
    tx.delete(metricFilters, [record.groupId, filterName]);
    return {};
  },
});
