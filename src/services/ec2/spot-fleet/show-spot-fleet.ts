/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SpotFleetRequestConfig.html */
import type { SpotFleetRequestConfig } from '../../../shapes/generated/ec2.ts';
import { activityOf, capacityOf, type FleetMemberRecord, type FleetRecord } from '../fleet/fleet.ts';
import { inWordsOf } from '../fleet/fleet-family.ts';
import { keepsExcess } from './spot-fleet-config.ts';

export function showSpotFleet(
  fleet: FleetRecord,
  members: readonly FleetMemberRecord[],
): SpotFleetRequestConfig {
  const { TagSpecifications: _tags, ...config } = fleet.config!;
  return {
    SpotFleetRequestId: fleet.id,
    SpotFleetRequestState: inWordsOf(fleet, fleet.state),
    ActivityStatus: activityOf(fleet, members),
    CreateTime: fleet.createdAtMs,
    SpotFleetRequestConfig: {
      ...config,
      AllocationStrategy: config.AllocationStrategy ?? 'lowestPrice',
      OnDemandAllocationStrategy: config.OnDemandAllocationStrategy ?? 'lowestPrice',
      // In the spelling that AWS answers with (aws-facts I30).
      ExcessCapacityTerminationPolicy: keepsExcess(config) ? 'NoTermination' : 'Default',
      FulfilledCapacity: capacityOf(members),
      OnDemandFulfilledCapacity: capacityOf(members, 'on-demand'),
      OnDemandTargetCapacity: fleet.target.onDemand,
      InstanceInterruptionBehavior: config.InstanceInterruptionBehavior ?? 'terminate',
      ReplaceUnhealthyInstances: config.ReplaceUnhealthyInstances ?? false,
      TerminateInstancesWithExpiration: config.TerminateInstancesWithExpiration ?? false,
      Type: fleet.type,
    },
    Tags: fleet.tags.length > 0 ? [...fleet.tags] : undefined,
  };
}
