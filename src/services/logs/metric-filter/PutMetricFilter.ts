/**
 * Adds a metric filter to a log group, or changes the one of that name.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutMetricFilter.html
 */
import { limitExceeded } from '../errors.ts';
import { parseFilterPattern } from '../filter-pattern/filter-pattern.ts';
import { requireStandardClass } from '../group/group.ts';
import { groupCheck } from '../group/group-check.ts';
import { logs } from '../logs.ts';
import { filtersOfGroup, metricFilters } from './metric-filter.ts';

const MAX_FILTERS = 100;

export default logs.operation('PutMetricFilter', {
  unserved: ['emitSystemFieldDimensions', 'fieldSelectionCriteria'],
  async checks(context, { logGroupName }) {
    return { group: await groupCheck(context, 'PutMetricFilter', logGroupName) };
  },
  async preconditions({ tx }, { filterPattern, filterName }, { group: { record } }) {
    requireStandardClass(record);
    parseFilterPattern(filterPattern);
    const others = (await filtersOfGroup(tx, record)).filter(({ name }) => name !== filterName);
    if (others.length >= MAX_FILTERS) throw limitExceeded('Resource limit exceeded.');
  },
  async execute({ tx, nowMs }, input, { group: { record } }) {
    const { groupId } = record;
    const before = await tx.get(metricFilters, [groupId, input.filterName]);
    tx.put(metricFilters, {
      groupId,
      groupName: record.name,
      name: input.filterName,
      pattern: input.filterPattern,
      transformations: input.metricTransformations,
      appliesToTransformedLogs: input.applyOnTransformedLogs ?? false,
      createdAtMs: before?.createdAtMs ?? nowMs,
    });
    return {};
  },
});
