/** Times are looked at only where no names are given. https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeScheduledActions.html */
import { accountCheck } from '../../../service-kit/account-check.ts';
import { autoscaling } from '../autoscaling.ts';
import { findGroup, groupNotFound } from '../group/group.ts';
import { pageOf } from '../page.ts';
import { scheduledActions, showScheduledAction } from './scheduled-action.ts';

export default autoscaling.operation('DescribeScheduledActions', {
  readOnly: true,
  checks: (context) => ({ describe: accountCheck(context, 'autoscaling:DescribeScheduledActions') }),
  async execute(context, input) {
    const { tx, account, region } = context;
    const { AutoScalingGroupName: groupName, ScheduledActionNames: names } = input;
    if (groupName !== undefined && !(await findGroup(tx, context, groupName))) throw groupNotFound(groupName);
    const prefix = groupName === undefined ? [account, region] : [account, region, groupName];
    const { StartTime: fromMs = 0, EndTime: toMs = Number.POSITIVE_INFINITY } = input;
    const found = (await tx.list(scheduledActions, { prefix })).filter(({ name, nextAtMs }) =>
      names?.length ? names.includes(name) : fromMs <= nextAtMs && nextAtMs <= toMs,
    );
    const { items, NextToken } = pageOf(found, scheduledActions.key, input);
    return { ScheduledUpdateGroupActions: items.map(showScheduledAction), NextToken };
  },
});
