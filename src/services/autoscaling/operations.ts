// Made by "npm run operations" of what the folders hold.
import type { Operation } from '../../invoke/operation.ts';
import DescribeAccountLimits from './account/DescribeAccountLimits.ts';
import DescribeScalingActivities from './activity/DescribeScalingActivities.ts';
import CreateAutoScalingGroup from './group/CreateAutoScalingGroup.ts';
import DeleteAutoScalingGroup from './group/DeleteAutoScalingGroup.ts';
import DescribeAutoScalingGroups from './group/DescribeAutoScalingGroups.ts';
import SetDesiredCapacity from './group/SetDesiredCapacity.ts';
import UpdateAutoScalingGroup from './group/UpdateAutoScalingGroup.ts';
import CancelInstanceRefresh from './instance-refresh/CancelInstanceRefresh.ts';
import DescribeInstanceRefreshes from './instance-refresh/DescribeInstanceRefreshes.ts';
import RollbackInstanceRefresh from './instance-refresh/RollbackInstanceRefresh.ts';
import StartInstanceRefresh from './instance-refresh/StartInstanceRefresh.ts';
import AttachInstances from './instance/AttachInstances.ts';
import DescribeAutoScalingInstances from './instance/DescribeAutoScalingInstances.ts';
import DescribeTerminationPolicyTypes from './instance/DescribeTerminationPolicyTypes.ts';
import DetachInstances from './instance/DetachInstances.ts';
import EnterStandby from './instance/EnterStandby.ts';
import ExitStandby from './instance/ExitStandby.ts';
import SetInstanceHealth from './instance/SetInstanceHealth.ts';
import SetInstanceProtection from './instance/SetInstanceProtection.ts';
import TerminateInstanceInAutoScalingGroup from './instance/TerminateInstanceInAutoScalingGroup.ts';
import CreateLaunchConfiguration from './launch-configuration/CreateLaunchConfiguration.ts';
import DeleteLaunchConfiguration from './launch-configuration/DeleteLaunchConfiguration.ts';
import DescribeLaunchConfigurations from './launch-configuration/DescribeLaunchConfigurations.ts';
import CompleteLifecycleAction from './lifecycle-hook/CompleteLifecycleAction.ts';
import DeleteLifecycleHook from './lifecycle-hook/DeleteLifecycleHook.ts';
import DescribeLifecycleHookTypes from './lifecycle-hook/DescribeLifecycleHookTypes.ts';
import DescribeLifecycleHooks from './lifecycle-hook/DescribeLifecycleHooks.ts';
import PutLifecycleHook from './lifecycle-hook/PutLifecycleHook.ts';
import RecordLifecycleActionHeartbeat from './lifecycle-hook/RecordLifecycleActionHeartbeat.ts';
import DescribeMetricCollectionTypes from './metric/DescribeMetricCollectionTypes.ts';
import DisableMetricsCollection from './metric/DisableMetricsCollection.ts';
import EnableMetricsCollection from './metric/EnableMetricsCollection.ts';
import DeleteNotificationConfiguration from './notification/DeleteNotificationConfiguration.ts';
import DescribeAutoScalingNotificationTypes from './notification/DescribeAutoScalingNotificationTypes.ts';
import DescribeNotificationConfigurations from './notification/DescribeNotificationConfigurations.ts';
import PutNotificationConfiguration from './notification/PutNotificationConfiguration.ts';
import DescribeScalingProcessTypes from './process/DescribeScalingProcessTypes.ts';
import ResumeProcesses from './process/ResumeProcesses.ts';
import SuspendProcesses from './process/SuspendProcesses.ts';
import DeletePolicy from './scaling-policy/DeletePolicy.ts';
import DescribeAdjustmentTypes from './scaling-policy/DescribeAdjustmentTypes.ts';
import DescribePolicies from './scaling-policy/DescribePolicies.ts';
import ExecutePolicy from './scaling-policy/ExecutePolicy.ts';
import PutScalingPolicy from './scaling-policy/PutScalingPolicy.ts';
import BatchDeleteScheduledAction from './scheduled-action/BatchDeleteScheduledAction.ts';
import BatchPutScheduledUpdateGroupAction from './scheduled-action/BatchPutScheduledUpdateGroupAction.ts';
import DeleteScheduledAction from './scheduled-action/DeleteScheduledAction.ts';
import DescribeScheduledActions from './scheduled-action/DescribeScheduledActions.ts';
import PutScheduledUpdateGroupAction from './scheduled-action/PutScheduledUpdateGroupAction.ts';
import CreateOrUpdateTags from './tag/CreateOrUpdateTags.ts';
import DeleteTags from './tag/DeleteTags.ts';
import DescribeTags from './tag/DescribeTags.ts';
import DeleteWarmPool from './warm-pool/DeleteWarmPool.ts';
import DescribeWarmPool from './warm-pool/DescribeWarmPool.ts';
import PutWarmPool from './warm-pool/PutWarmPool.ts';

export const operations: readonly Operation[] = [
  AttachInstances,
  BatchDeleteScheduledAction,
  BatchPutScheduledUpdateGroupAction,
  CancelInstanceRefresh,
  CompleteLifecycleAction,
  CreateAutoScalingGroup,
  CreateLaunchConfiguration,
  CreateOrUpdateTags,
  DeleteAutoScalingGroup,
  DeleteLaunchConfiguration,
  DeleteLifecycleHook,
  DeleteNotificationConfiguration,
  DeletePolicy,
  DeleteScheduledAction,
  DeleteTags,
  DeleteWarmPool,
  DescribeAccountLimits,
  DescribeAdjustmentTypes,
  DescribeAutoScalingGroups,
  DescribeAutoScalingInstances,
  DescribeAutoScalingNotificationTypes,
  DescribeInstanceRefreshes,
  DescribeLaunchConfigurations,
  DescribeLifecycleHookTypes,
  DescribeLifecycleHooks,
  DescribeMetricCollectionTypes,
  DescribeNotificationConfigurations,
  DescribePolicies,
  DescribeScalingActivities,
  DescribeScalingProcessTypes,
  DescribeScheduledActions,
  DescribeTags,
  DescribeTerminationPolicyTypes,
  DescribeWarmPool,
  DetachInstances,
  DisableMetricsCollection,
  EnableMetricsCollection,
  EnterStandby,
  ExecutePolicy,
  ExitStandby,
  PutLifecycleHook,
  PutNotificationConfiguration,
  PutScalingPolicy,
  PutScheduledUpdateGroupAction,
  PutWarmPool,
  RecordLifecycleActionHeartbeat,
  ResumeProcesses,
  RollbackInstanceRefresh,
  SetDesiredCapacity,
  SetInstanceHealth,
  SetInstanceProtection,
  StartInstanceRefresh,
  SuspendProcesses,
  TerminateInstanceInAutoScalingGroup,
  UpdateAutoScalingGroup,
];
