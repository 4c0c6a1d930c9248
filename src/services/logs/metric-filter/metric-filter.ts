/** Metric filters of log groups: kept and shown, but no metrics are made of what they match. */
import type { MetricFilter, MetricTransformation } from '../../../shapes/generated/logs.ts';
import { type ReadTransaction, table } from '../../../store/store.ts';
import type { LogGroupRecord } from '../group/group.ts';

export interface MetricFilterRecord {
  readonly groupId: string;
  readonly groupName: string;
  readonly name: string;
  readonly pattern: string;
  readonly transformations: readonly MetricTransformation[];
  readonly appliesToTransformedLogs: boolean;
  readonly createdAtMs: number;
}

export const metricFilters = table<MetricFilterRecord>()({
  name: 'logs.metric-filters',
  key: ({ groupId, name }) => [groupId, name],
});

export const filtersOfGroup = (tx: ReadTransaction, { groupId }: Pick<LogGroupRecord, 'groupId'>) =>
  tx.list(metricFilters, { prefix: [groupId] });

export const showMetricFilter = (filter: MetricFilterRecord): MetricFilter => ({
  filterName: filter.name,
  filterPattern: filter.pattern,
  metricTransformations: [...filter.transformations],
  creationTime: filter.createdAtMs,
  logGroupName: filter.groupName,
  applyOnTransformedLogs: filter.appliesToTransformedLogs,
});
