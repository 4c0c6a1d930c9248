/**
 * The activities of the last six weeks, newest first; those of deleted groups where they are asked for.
 * https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeScalingActivities.html
 */
import type { ExecuteContext } from '../../../invoke/context.ts';
import { autoscaling } from '../autoscaling.ts';
import { notServed } from '../errors.ts';
import { accountCheck, findGroup, groupArn, groupNotFound, groups } from '../group/group.ts';
import { pageOf } from '../page.ts';
import { type ActivityRecord, activities, showActivity } from './activity.ts';

const SIX_WEEKS_MS = 42 * 86_400_000;

export default autoscaling.operation('DescribeScalingActivities', {
  readOnly: true,
  checks: (context) => ({ describe: accountCheck(context, 'DescribeScalingActivities') }),
  async execute(context, input) {
    const { ActivityIds: ids, AutoScalingGroupName: name, IncludeDeletedGroups: withDeleted = false } = input;
    if (input.Filters?.length) throw notServed('filters of scaling activities');
    const existing = new Set((await groupsOf(context, name, withDeleted)).map(groupArn));
    const found = (await activitiesOf(context, name)).filter(
      ({ id, groupArn: arn, startedAtMs }) =>
        startedAtMs > context.nowMs - SIX_WEEKS_MS &&
        (withDeleted || existing.has(arn)) &&
        (!ids || ids.length === 0 || ids.includes(id)),
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
    ? tx.list(activities, { prefix: [account, region], reverse: true })
    : tx.find(activities, 'group', { prefix: [account, region, name], reverse: true });
}
