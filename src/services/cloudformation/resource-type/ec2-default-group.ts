/** Where a template names no security groups any more, a VPC's default one stands in, as for what is made without. */
import type { Call } from '../../../invoke/context.ts';

export async function defaultGroups(call: Call, vpcId: string | undefined): Promise<string[]> {
  const { SecurityGroups: found = [] } = await call('ec2', 'DescribeSecurityGroups', {
    Filters: [
      { Name: 'vpc-id', Values: [vpcId ?? ''] },
      { Name: 'group-name', Values: ['default'] },
    ],
  });
  return found.flatMap(({ GroupId }) => GroupId ?? []);
}
