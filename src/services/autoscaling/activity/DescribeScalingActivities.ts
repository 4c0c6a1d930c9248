/**
 * The activities of the last six weeks, newest first; those of deleted groups where they are asked for.
 * https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeScalingActivities.html
 */
import type { ExecuteContext } from '../../../invoke/context.ts';
import { DAY_MS } from '../../../platform/durations.ts';
import { accountCheck } from '../../../service-kit/account-check.ts';
import type { Filter } from '../../../shapes/generated/autoscaling.ts';
import { autoscaling } from '../autoscaling.ts';
import { validationError } from '../errors.ts';
import { findGroup, groupArn, groupNotFound, groups } from '../group/group.ts';
import { pageOf } from '../page.ts';
import { type ActivityRecord, activities, showActivity } from './activity.ts';

const SIX_WEEKS_MS = 42 * DAY_MS;

export default autoscaling.operation('DescribeScalingActivities', {
  readOnly: true,
  checks: (context) => ({ describe: accountCheck(context, 'autoscaling:DescribeScalingActivities') }),
  async execute(context, input) {
    const { ActivityIds: ids, AutoScalingGroupName: name, IncludeDeletedGroups: withDeleted = false } = input;
    const filters = (input.Filters ?? []).map((filter) => filterTest(filter, name));
    const existing = new Set((await groupsOf(context, name, withDeleted)).map(groupArn));
    const found = (await activitiesOf(context, name)).filter(
      (activity) =>
        activity.startedAtMs > context.nowMs - SIX_WEEKS_MS &&
        (withDeleted || existing.has(activity.groupArn)) &&
        (!ids || ids.length === 0 || ids.includes(activity.id)) &&
        filters.every((holds) => holds(activity)),
    );
    const { items, NextToken } = pageOf(found, activities.key, input, { reverse: true });
    const isDeleted = ({ groupArn: arn }: ActivityRecord) => !existing.has(arn);
    return {
      Activities: items.map((activity) => ({
        ...showActivity(activity),
        AutoScalingGroupState: isDeleted(activity) ? 'Deleted' : undefined,
      })),
      NextToken,
    };
  },
});

async function groupsOf(context: ExecuteContext, name: string | undefined, withDeleted: boolean) {
  const { tx, account, region } = context;
  if (name === undefined) return tx.list(groups, { prefix: [account, region] });
  const group = await findGroup(tx, context, name);
  if (!group && !withDeleted) throw groupNotFound(name);
  return group ? [group] : [];
}

function activitiesOf({ tx, account, region }: ExecuteContext, name: string | undefined) {
  return name === undefined
    ? tx.list(activities, { prefix: [account, region] })
    : tx.find(activities, 'group', { prefix: [account, region, name] });
}

type Test = (activity: ActivityRecord) => boolean;

/** Bounds are inclusive, and times have a zone (aws-facts E3.13). */
const FILTERS: Readonly<Record<string, (values: readonly string[]) => Test>> = {
  StartTimeLowerBound(values) {
    const atMs = boundOf('StartTimeLowerBound', values);
    return ({ startedAtMs }) => startedAtMs >= atMs;
  },
  StartTimeUpperBound(values) {
    const atMs = boundOf('StartTimeUpperBound', values);
    return ({ startedAtMs }) => startedAtMs <= atMs;
  },
  Status:
    (values) =>
    ({ status }) =>
      values.includes(status),
};

function filterTest({ Name: name = '', Values: values = [] }: Filter, groupName: string | undefined): Test {
  const filter = Object.hasOwn(FILTERS, name) ? FILTERS[name] : undefined;
  if (!filter) {
    const known = Object.keys(FILTERS).join(', ');
    throw validationError(`Filter type ${name} is not correct. Allowed Filter types are: ${known}`);
  }
  if (name === 'Status' && groupName === undefined) {
    throw validationError('The Status filter requires an AutoScalingGroupName.');
  }
  return filter(values);
}

const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:?\d{2})$/;

function boundOf(name: string, values: readonly string[]): number {
  const [value = ''] = values;
  const atMs = values.length === 1 && TIME.test(value) ? Date.parse(value) : Number.NaN;
  if (!Number.isNaN(atMs)) return atMs;
  throw validationError(
    `Invalid value for filter ${name}: one timestamp in ISO 8601 with a time zone is expected, such as 2026-01-31T00:00:00Z.`,
  );
}
