/** Spare capacity is back: EC2 starts what it has stopped, as the Spot role, whom KMS is asked for then (aws-facts I3). */
import { AwsError } from '../../../aws/aws-error.ts';
import { workflow } from '../../../invoke/workflow.ts';
import { ec2 } from '../ec2.ts';
import { instances } from '../instance/instance.ts';
import { asServiceRole, SPOT_ROLE } from '../service-role.ts';
import { requestOf } from './spot-instance.ts';
import { restartInstanceStep } from './spot-steps.ts';

export const restartInstanceWorkflow = workflow(restartInstanceStep, ec2, async (ctx, { instanceId }) => {
  const { account, region } = ctx;
  const instance = await ctx.read((tx) => tx.get(instances, [account, region, instanceId]));
  const request = instance && (await ctx.read((tx) => requestOf(tx, ctx, instance)));
  if (instance?.state !== 'stopped' || request?.state !== 'disabled') return undefined;
  try {
    const call = await asServiceRole(ctx, SPOT_ROLE);
    await call('ec2', 'StartInstances', { InstanceIds: [instanceId] });
  } catch (error) {
    // It stays stopped: AWS shows nothing else of a start that is refused.
    if (!(error instanceof AwsError)) throw error;
  }
  return undefined;
});
