/** Tags of alarms and dashboards. */
import type { Tags } from '../../../aws/tags.ts';
import type { ResolveContext } from '../../../invoke/context.ts';
import { type Check, type ConditionValues, type Found, resolved } from '../../../invoke/verdict.ts';
import { tagEntries, tagsByKey } from '../../../service-kit/tag-rules.ts';
import type { Tag } from '../../../shapes/generated/cloudwatch.ts';
import type { Transaction } from '../../../store/store.ts';
import { alarmArn, alarmCheck, alarms } from '../alarm/alarm.ts';
import { nameOfAlarmArn } from '../alarm/alarm-name.ts';
import { dashboardArn, dashboardCheck, dashboards, nameOfDashboardArn } from '../dashboard/dashboard.ts';
import { invalid, noAlarm, noDashboard, notServed } from '../errors.ts';

export const { withTags, withoutTags } = tagsByKey(
  {
    max: 50,
    duplicate: () => invalid('Duplicate tag keys are not allowed.'),
    reserved: () => invalid('aws: prefixed tag key names are not allowed for external use.'),
    tooMany: () => invalid('A resource has at most 50 tags.'),
  },
  tagEntries,
);

/** Tags that come with something new are a permission of their own; those of an update mean nothing. */
export const tagCreationCheck = (
  { action: _action, record, ...put }: Found<object | undefined>,
  tags: readonly Tag[] | undefined,
): Found<null> | undefined =>
  tags?.length && !record ? { ...put, action: 'cloudwatch:TagResource', record: null } : undefined;

interface Tagged {
  readonly tags: Tags;
  keep(tx: Transaction, tags: Tags): void;
}

/** What an ARN names. Insight rules and metric streams are not served. */
export async function taggedCheck(
  context: ResolveContext,
  operation: string,
  arn: string,
  conditions?: () => ConditionValues,
): Promise<Check<Tagged>> {
  const [alarm, dashboard] = [nameOfAlarmArn(arn), nameOfDashboardArn(arn)];
  if (alarm !== undefined) {
    const { record, ...check } = await alarmCheck(context, operation, alarm, conditions);
    const own = arn === alarmArn(context, alarm) ? record : undefined;
    const keep: Tagged['keep'] = (tx, tags) => tx.put(alarms, { ...own!, tags });
    return resolved({ ...check, resource: arn }, own && { tags: own.tags, keep }, noAlarm);
  }
  if (dashboard !== undefined) {
    const { record, ...check } = await dashboardCheck(context, operation, dashboard, conditions);
    const own = arn === dashboardArn({ account: context.account, name: dashboard }) ? record : undefined;
    const keep: Tagged['keep'] = (tx, tags) => tx.put(dashboards, { ...own!, tags });
    const missing = () => noDashboard(dashboard);
    return resolved({ ...check, resource: arn }, own && { tags: own.tags ?? {}, keep }, missing);
  }
  const missing = notServed(`tags of anything but alarms and dashboards (${arn})`);
  return { action: `cloudwatch:${operation}`, resource: arn, account: context.account, missing };
}
