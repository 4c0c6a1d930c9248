/** EC2 Fleets and Spot Fleet requests of real accounts. In a fork those that are maintained go on to be. */
import type { Scope } from '../../../aws/scope.ts';
import { type AdoptKind, adoptedKind, recordsIn } from '../../../invoke/imported/adopted-kind.ts';
import { type Adoption, entriesOf, timeOf } from '../../../invoke/imported/described.ts';
import type {
  ActiveInstance,
  CreateFleetRequest,
  FleetData,
  FleetLaunchTemplateOverrides,
  SpotFleetRequestConfig,
  SpotFleetRequestConfigData,
} from '../../../shapes/generated/ec2.ts';
import { type FleetMemberRecord, type FleetRecord, fleetMembers, fleets } from '../fleet/fleet.ts';
import { familyOf } from '../fleet/fleet-family.ts';
import { expireFleetStep, reconcileFleetStep } from '../fleet/fleet-steps.ts';
import { spotFleetKind } from '../spot-fleet/spot-fleet.ts';
import { fleetOf } from '../spot-fleet/spot-fleet-config.ts';
import type { DescribedReservation } from './described-resources.ts';
import { owned, timeIfAny, type Untimed } from './owned.ts';

type DescribedFleet = Untimed<FleetData, 'CreateTime' | 'ValidFrom' | 'ValidUntil'>;
type DescribedSpotFleet = Untimed<Omit<SpotFleetRequestConfig, 'SpotFleetRequestConfig'>, 'CreateTime'> & {
  readonly SpotFleetRequestConfig?: Untimed<SpotFleetRequestConfigData, 'ValidFrom' | 'ValidUntil'>;
};

/** Once everything is there. */
const FIRST_LOOK_MS = 1000;

export const FLEETS: readonly AdoptKind[] = [
  adoptedKind<DescribedFleet, FleetRecord>(
    'ec2:DescribeFleets',
    'Fleets',
    recordsIn(fleets),
    ec2Fleet,
    resume,
  ),
  adoptedKind<DescribedSpotFleet, FleetRecord>(
    'ec2:DescribeSpotFleetRequests',
    'SpotFleetRequestConfigs',
    recordsIn(spotFleetKind.table),
    spotFleet,
    resume,
  ),
];

function resume(adoption: Adoption, fleet: FleetRecord): void {
  for (const member of membersRead(adoption, fleet)) adoption.tx.put(fleetMembers, member);
  const { id: fleetId, account, region, request } = fleet;
  const scope = { account, region };
  const endMs = request.ValidUntil;
  if (fleet.type === 'maintain')
    adoption.schedule(reconcileFleetStep, { fleetId }, scope, adoption.nowMs + FIRST_LOOK_MS);
  if (endMs) adoption.schedule(expireFleetStep, { fleetId }, scope, endMs);
}

function ec2Fleet(fleet: DescribedFleet, scope: Scope): FleetRecord | undefined {
  // What an instant fleet is, only the answer to CreateFleet says.
  if (fleet.Type === 'instant') return undefined;
  const target = fleet.TargetCapacitySpecification;
  const requested = fleet as CreateFleetRequest;
  return {
    ...owned(scope, fleet.FleetId, fleet.Tags),
    type: fleet.Type === 'request' ? 'request' : 'maintain',
    state: (fleet.FleetState ?? 'active') as FleetRecord['state'],
    createdAtMs: timeOf(fleet.CreateTime),
    clientToken: fleet.ClientToken,
    request: {
      Context: requested.Context,
      ExcessCapacityTerminationPolicy: requested.ExcessCapacityTerminationPolicy,
      LaunchTemplateConfigs: requested.LaunchTemplateConfigs ?? [],
      OnDemandOptions: requested.OnDemandOptions,
      ReplaceUnhealthyInstances: requested.ReplaceUnhealthyInstances,
      SpotOptions: requested.SpotOptions,
      TerminateInstancesWithExpiration: requested.TerminateInstancesWithExpiration,
      ValidFrom: timeIfAny(fleet.ValidFrom),
      ValidUntil: timeIfAny(fleet.ValidUntil),
    },
    target: {
      total: target?.TotalTargetCapacity ?? 0,
      onDemand: target?.OnDemandTargetCapacity ?? 0,
      spot: target?.SpotTargetCapacity ?? 0,
      defaultType: target?.DefaultTargetCapacityType === 'spot' ? 'spot' : 'on-demand',
      unit: target?.TargetCapacityUnitType as FleetRecord['target']['unit'],
    },
    ...(fleet.Type === 'request' && { isPlaced: true }),
  };
}

function spotFleet(fleet: DescribedSpotFleet, scope: Scope): FleetRecord | undefined {
  if (!fleet.SpotFleetRequestConfig) return undefined;
  const { FulfilledCapacity, OnDemandFulfilledCapacity, ...config } = fleet.SpotFleetRequestConfig;
  const asked = fleetOf({
    ...config,
    // What was read may lack what is zero.
    TargetCapacity: config.TargetCapacity ?? 0,
    ValidFrom: timeIfAny(config.ValidFrom),
    ValidUntil: timeIfAny(config.ValidUntil),
  });
  const state = (fleet.SpotFleetRequestState ?? 'active').replace(/^cancelled/, 'deleted');
  return {
    ...asked,
    ...owned(scope, fleet.SpotFleetRequestId, fleet.Tags),
    state: state as FleetRecord['state'],
    createdAtMs: timeOf(fleet.CreateTime),
    clientToken: config.ClientToken,
    ...(asked.type === 'request' && { isPlaced: true }),
  };
}

function membersRead(adoption: Adoption, fleet: FleetRecord): FleetMemberRecord[] {
  const { account, region, id: fleetId } = fleet;
  const scope = { account, region };
  const answer =
    familyOf(fleetId).kind === spotFleetKind
      ? adoption.described.get('ec2:DescribeSpotFleetInstances', scope, { SpotFleetRequestId: fleetId })
      : adoption.described.get('ec2:DescribeFleetInstances', scope, { FleetId: fleetId });
  const active = (answer?.output?.ActiveInstances as readonly ActiveInstance[] | undefined) ?? [];
  if (active.length === 0) return [];
  const instances = new Map(
    entriesOf<DescribedReservation>(adoption, 'ec2:DescribeInstances', scope, 'Reservations')
      .flatMap(({ Instances = [] }) => Instances)
      .map((instance) => [instance.InstanceId, instance]),
  );
  return active.map(
    ({ InstanceId: instanceId = '', InstanceType: instanceType = '', SpotInstanceRequestId }) => {
      const instance = instances.get(instanceId);
      return {
        account,
        region,
        fleetId,
        instanceId,
        lifecycle: SpotInstanceRequestId ? 'spot' : 'on-demand',
        weight: weightOf(fleet, instanceType),
        instanceType,
        zone: instance?.Placement?.AvailabilityZone ?? `${region}a`,
        spotRequestId: SpotInstanceRequestId,
        launchedAtMs: timeOf(instance?.LaunchTime),
      };
    },
  );
}

/** What such an instance of the fleet counts for. */
function weightOf({ request, config }: FleetRecord, instanceType: string): number {
  const overrides = request.LaunchTemplateConfigs.flatMap(({ Overrides = [] }) => Overrides);
  const named = [...(overrides as FleetLaunchTemplateOverrides[]), ...(config?.LaunchSpecifications ?? [])];
  return named.find(({ InstanceType }) => InstanceType === instanceType)?.WeightedCapacity ?? 1;
}
