/** What EC2 says of one instance. */
import { AwsError } from '../../../aws/aws-error.ts';
import type { Call } from '../../../invoke/context.ts';
import type { Instance } from '../../../shapes/generated/ec2.ts';

export type Seen = Instance | undefined;

/** Undefined once EC2 no longer shows it. */
export async function describeInstance(call: Call, instanceId: string): Promise<Seen> {
  try {
    const { Reservations: found = [] } = await call('ec2', 'DescribeInstances', {
      InstanceIds: [instanceId],
    });
    return found[0]?.Instances?.[0];
  } catch (error) {
    if (error instanceof AwsError && error.code === 'InvalidInstanceID.NotFound') return undefined;
    throw error;
  }
}
