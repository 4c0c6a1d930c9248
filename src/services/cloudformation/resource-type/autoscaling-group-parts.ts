/**
 * What belongs to a group and is a resource of its own: scheduled actions, scaling policies, lifecycle hooks.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-autoscaling-scheduledaction.html
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-autoscaling-scalingpolicy.html
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-autoscaling-lifecyclehook.html
 */
import type {
  PutLifecycleHookType,
  PutScalingPolicyType,
  PutScheduledUpdateGroupActionType,
} from '../../../shapes/generated/autoscaling.ts';
import type { JsonObject } from '../template/json.ts';
import { ofInput, type Properties } from './properties.ts';
import type { ResourceContext, ResourceType } from './resource-type.ts';
import { takenAway } from './taken-away.ts';

const GROUP: Properties = {
  AutoScalingGroupName: { type: 'String', required: true, change: 'replacement' },
};

const groupOf = ({ AutoScalingGroupName }: JsonObject) => AutoScalingGroupName as string;

export const scheduledAction: ResourceType = {
  name: 'AWS::AutoScaling::ScheduledAction',
  properties: {
    ...GROUP,
    DesiredCapacity: { type: 'Integer' },
    EndTime: { type: 'String' },
    MaxSize: { type: 'Integer' },
    MinSize: { type: 'Integer' },
    Recurrence: { type: 'String' },
    StartTime: { type: 'String' },
    TimeZone: { type: 'String' },
  },
  attributes: ['ScheduledActionName'],
  create: (ctx, properties) => putAction(ctx, ctx.physicalName(255), properties),
  read: async (_context, { physicalId }) => ({ ScheduledActionName: physicalId }),
  async update(ctx, { physicalId }, properties) {
    await putAction(ctx, physicalId, properties);
  },
  async delete({ call }, { physicalId: ScheduledActionName, properties }) {
    await call('autoscaling', 'DeleteScheduledAction', {
      AutoScalingGroupName: groupOf(properties),
      ScheduledActionName,
    });
  },
};

async function putAction(
  { call }: ResourceContext,
  ScheduledActionName: string,
  properties: JsonObject,
): Promise<string> {
  await call('autoscaling', 'PutScheduledUpdateGroupAction', {
    ...(properties as unknown as PutScheduledUpdateGroupActionType),
    ScheduledActionName,
  });
  return ScheduledActionName;
}

const ofPolicy = (member: string) => ofInput('autoscaling', 'PutScalingPolicy', member);

export const scalingPolicy: ResourceType = {
  name: 'AWS::AutoScaling::ScalingPolicy',
  properties: {
    ...GROUP,
    AdjustmentType: { type: 'String' },
    Cooldown: { type: 'Integer' },
    EstimatedInstanceWarmup: { type: 'Integer' },
    MetricAggregationType: { type: 'String' },
    MinAdjustmentMagnitude: { type: 'Integer' },
    PolicyType: { type: 'String' },
    PredictiveScalingConfiguration: { type: ofPolicy('PredictiveScalingConfiguration') },
    ScalingAdjustment: { type: 'Integer' },
    StepAdjustments: { type: ofPolicy('StepAdjustments') },
    TargetTrackingConfiguration: { type: ofPolicy('TargetTrackingConfiguration') },
  },
  attributes: ['Arn', 'PolicyName'],
  async create(ctx, properties) {
    const PolicyARN = await putPolicy(ctx, ctx.physicalName(255), properties);
    return PolicyARN;
  },
  read: async (_context, { physicalId }) => ({ Arn: physicalId, PolicyName: policyName(physicalId) }),
  async update(ctx, { physicalId }, properties) {
    await putPolicy(ctx, policyName(physicalId), properties);
  },
  async delete({ call }, { physicalId, properties }) {
    await call('autoscaling', 'DeletePolicy', {
      AutoScalingGroupName: groupOf(properties),
      PolicyName: policyName(physicalId),
    });
  },
};

/** A policy's ARN ends with its name. */
const policyName = (arn: string) => /policyName\/(.+)$/.exec(arn)?.[1] ?? arn;

async function putPolicy(
  { call }: ResourceContext,
  PolicyName: string,
  properties: JsonObject,
): Promise<string> {
  const request = { ...properties, PolicyName } as unknown as PutScalingPolicyType;
  const { PolicyARN } = await call('autoscaling', 'PutScalingPolicy', request);
  return PolicyARN as string;
}

export const lifecycleHook: ResourceType = {
  name: 'AWS::AutoScaling::LifecycleHook',
  nameProperty: 'LifecycleHookName',
  properties: {
    ...GROUP,
    DefaultResult: { type: 'String' },
    HeartbeatTimeout: { type: 'Integer' },
    LifecycleHookName: { type: 'String', change: 'replacement' },
    LifecycleTransition: { type: 'String', required: true },
    NotificationMetadata: { type: 'String' },
    NotificationTargetARN: { type: 'String' },
    RoleARN: { type: 'String' },
  },
  attributes: [],
  create: (ctx, properties) =>
    putHook(ctx, (properties.LifecycleHookName as string) ?? ctx.physicalName(255), properties),
  async update(ctx, { physicalId, properties: from }, to) {
    const dropped = takenAway(from, to, {
      DefaultResult: 'ABANDON',
      HeartbeatTimeout: 3600,
      NotificationTargetARN: '',
    });
    await putHook(ctx, physicalId, { ...to, ...dropped });
  },
  async delete({ call }, { physicalId: LifecycleHookName, properties }) {
    await call('autoscaling', 'DeleteLifecycleHook', {
      AutoScalingGroupName: groupOf(properties),
      LifecycleHookName,
    });
  },
};

async function putHook(
  { call }: ResourceContext,
  LifecycleHookName: string,
  properties: JsonObject,
): Promise<string> {
  const request = { ...properties, LifecycleHookName } as unknown as PutLifecycleHookType;
  await call('autoscaling', 'PutLifecycleHook', request);
  return LifecycleHookName;
}
