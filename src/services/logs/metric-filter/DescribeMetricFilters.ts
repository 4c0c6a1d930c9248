/**
 * Lists the metric filters of a group, or those that make a metric.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeMetricFilters.html
 */
import { accountCheck } from '../../../service-kit/account-check.ts';
import { pageOf } from '../../../service-kit/page.ts';
import { invalidToken } from '../errors.ts';
import { logGroups } from '../group/group.ts';
import { groupCheck } from '../group/group-check.ts';
import { logs } from '../logs.ts';
import { filtersOfGroup, type MetricFilterRecord, showMetricFilter } from './metric-filter.ts';

const PAGE_SIZE = 50;

export default logs.operation('DescribeMetricFilters', {
  readOnly: true,
  async checks(context, { logGroupName }) {
    const operation = 'DescribeMetricFilters';
    const group = logGroupName === undefined ? undefined : await groupCheck(context, operation, logGroupName);
    return { group, all: group ? undefined : accountCheck(context, `logs:${operation}`) };
  },
  async execute({ tx, account, region }, input, { group }) {
    const groups = group ? [group.record] : await tx.list(logGroups, { prefix: [account, region] });
    const found = (await Promise.all(groups.map((each) => filtersOfGroup(tx, each)))).flat();
    const { filterNamePrefix = '', metricName, metricNamespace } = input;
    const isWanted = ({ name, transformations }: MetricFilterRecord) =>
      name.startsWith(filterNamePrefix) &&
      transformations.some(
        (each) =>
          (metricName === undefined || each.metricName === metricName) &&
          (metricNamespace === undefined || each.metricNamespace === metricNamespace),
      );
    const { items, token: nextToken } = pageOf(
      { token: input.nextToken, limit: input.limit ?? PAGE_SIZE, invalidToken },
      found.filter(isWanted),
      ({ groupName, name }) => [groupName, name],
    );
    return { metricFilters: items.map(showMetricFilter), nextToken };
  },
});
