/** The running instances of a fleet, as either operation shows them. */
import type { ExecuteContext } from '../../../invoke/context.ts';
import type { ActiveInstance } from '../../../shapes/generated/ec2.ts';
import { type PageRequest, pageOf } from '../describe/page.ts';
import type { FleetMemberRecord } from './fleet.ts';

export function activeInstances(
  { ports }: Pick<ExecuteContext, 'ports'>,
  members: readonly FleetMemberRecord[],
  request: PageRequest,
) {
  const active = members.filter(({ isLeaving }) => !isLeaving);
  const page = pageOf(active, ({ instanceId }) => instanceId, request, { min: 1, lenient: true });
  const ActiveInstances = page.items.map(
    ({ instanceId, instanceType, spotRequestId }): ActiveInstance => ({
      InstanceId: instanceId,
      InstanceType: instanceType,
      SpotInstanceRequestId: spotRequestId,
      // What has not been seen to be impaired is healthy, while it starts and once it is stopped too.
      InstanceHealth: ports.instances.health(instanceId) === 'impaired' ? 'unhealthy' : 'healthy',
    }),
  );
  return { ActiveInstances, NextToken: page.nextToken };
}
