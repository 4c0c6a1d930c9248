/** What is read of Auto Scaling groups. */
import { listing, NEXT_TOKEN, type ReadRow } from './read-row.ts';

const EACH_GROUP = [
  {
    operation: 'autoscaling:DescribeAutoScalingGroups',
    path: 'AutoScalingGroups[].AutoScalingGroupName',
    as: 'AutoScalingGroupName',
  },
];

export const GROUP_READS: readonly ReadRow[] = [
  listing('autoscaling:DescribeAutoScalingGroups', 'AutoScalingGroups', 'Auto Scaling groups'),
  listing('autoscaling:DescribeScalingActivities', 'Activities', 'why groups failed to launch'),
  listing(
    'autoscaling:DescribeNotificationConfigurations',
    'NotificationConfigurations',
    'what groups tell topics',
  ),
  listing('autoscaling:DescribePolicies', 'ScalingPolicies', 'scaling policies'),
  listing('autoscaling:DescribeScheduledActions', 'ScheduledUpdateGroupActions', 'scheduled actions'),
  {
    operation: 'autoscaling:DescribeLifecycleHooks',
    scope: 'region',
    lists: ['LifecycleHooks'],
    each: EACH_GROUP,
    gives: 'lifecycle hooks',
    omit: ['NotificationMetadata'],
  },
  {
    ...listing('autoscaling:DescribeWarmPool', 'Instances', 'instances in warm pools'),
    each: EACH_GROUP,
  },
  {
    operation: 'autoscaling:DescribeLaunchConfigurations',
    scope: 'region',
    lists: ['LaunchConfigurations'],
    token: NEXT_TOKEN,
    gives: 'launch configurations',
    omit: ['UserData'],
  },
];
