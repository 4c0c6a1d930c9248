/** The alarms of a target tracking policy, which Auto Scaling keeps as the group's service-linked role. */
import type { CallContext, EffectContext } from '../../../invoke/context.ts';
import { workflow } from '../../../invoke/workflow.ts';
import { workflowRef } from '../../../invoke/workflow-ref.ts';
import { uuid } from '../../../platform/identifiers.ts';
import type { TargetTrackingConfiguration } from '../../../shapes/generated/autoscaling.ts';
import { autoscaling } from '../autoscaling.ts';
import type { GroupRecord } from '../group/group.ts';
import { refusalOf } from '../instance/refusal.ts';
import { asServiceRole } from '../service-role/service-role.ts';
import { type ScalingPolicyRecord, scalingPolicies } from './scaling-policy.ts';
import { alarmsOf, type TrackingAlarms } from './target-tracking.ts';

export const newAlarmNames = ({ entropy }: CallContext, { name }: GroupRecord): TrackingAlarms => ({
  high: `TargetTracking-${name}-AlarmHigh-${uuid(entropy)}`,
  low: `TargetTracking-${name}-AlarmLow-${uuid(entropy)}`,
});

export async function putAlarms(
  ctx: CallContext,
  group: GroupRecord,
  policyArn: string,
  tracking: TargetTrackingConfiguration,
  names: TrackingAlarms,
): Promise<void> {
  const call = await asServiceRole(ctx, group.serviceRoleArn);
  for (const alarm of alarmsOf(group, policyArn, tracking, names))
    await call('cloudwatch', 'PutMetricAlarm', alarm);
}

interface AlarmsStep {
  readonly serviceRoleArn: string;
  readonly names: readonly string[];
}

export const deleteAlarmsStep = workflowRef<AlarmsStep>('autoscaling.scaling-policy.delete-alarms');

export const deleteAlarmsWorkflow = workflow(
  deleteAlarmsStep,
  autoscaling,
  async (ctx, { serviceRoleArn, names }) => {
    const call = await asServiceRole(ctx, serviceRoleArn);
    // Somebody may have deleted them, whatever they say of themselves.
    await refusalOf(call('cloudwatch', 'DeleteAlarms', { AlarmNames: [...names] }));
    return undefined;
  },
);

/** A policy's own alarms go with it. */
export function deletePolicy(context: EffectContext, group: GroupRecord, policy: ScalingPolicyRecord): void {
  const { account, region, name, alarms } = policy;
  context.tx.delete(scalingPolicies, [account, region, group.name, name]);
  if (!alarms) return;
  const { serviceRoleArn } = group;
  context.schedule(deleteAlarmsStep, { serviceRoleArn, names: Object.values(alarms) });
}
