/**
 * EC2 says that a Spot Instance may be interrupted, or will be: a group that rebalances its capacity launches another before
 * it goes (https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-capacity-rebalancing.html).
 */
import type { OutgoingEvent } from '../../../invoke/event.ts';
import { workflow } from '../../../invoke/workflow.ts';
import { autoscaling } from '../autoscaling.ts';
import { requestReconcile } from '../group/request-reconcile.ts';
import { instances } from './instance.ts';
import { findMember } from './member.ts';
import { type InstanceStep, noteRiskStep } from './steps.ts';

const WARNINGS = ['EC2 Instance Rebalance Recommendation', 'EC2 Spot Instance Interruption Warning'];

export const noteRiskWorkflow = workflow(
  noteRiskStep,
  autoscaling,
  async (_ctx, { instanceId }) => {
    return async (context) => {
      const member = await findMember(context.tx, context, instanceId);
      if (!member) return;
      context.tx.put(instances, { ...member.instance, isAtRisk: true });
      requestReconcile(context, member.group);
    };
  },
  onWarning,
);

function onWarning({ source, detailType, detail }: OutgoingEvent): InstanceStep | undefined {
  if (source !== 'aws.ec2' || !WARNINGS.includes(detailType)) return undefined;
  return { instanceId: (detail as { 'instance-id': string })['instance-id'] };
}
