/** Spot requests and fleets of real accounts. In a fork what is open is tried to be fulfilled, as it goes on to be there. */
import type { Scope } from '../../../aws/scope.ts';
import { type AdoptKind, adoptedKind, recordsIn } from '../../../invoke/imported/adopted-kind.ts';
import { type Adoption, entriesOf, timeOf } from '../../../invoke/imported/described.ts';
import { uuid } from '../../../platform/identifiers.ts';
import type {
  ActiveInstance,
  CreateFleetRequest,
  FleetData,
  FleetLaunchTemplateOverrides,
  LaunchSpecification,
  SpotInstanceRequest,
} from '../../../shapes/generated/ec2.ts';
import { type FleetMemberRecord, type FleetRecord, fleetMembers, fleets } from '../fleet/fleet.ts';
import { expireFleetStep, reconcileFleetStep } from '../fleet/fleet-steps.ts';
import type { SpotLaunch, SpotRequestRecord, SpotRequestState } from '../spot/spot-request.ts';
import { spotRequests } from '../spot/spot-request.ts';
import type { SpotStatusCode } from '../spot/spot-status.ts';
import { expireRequestStep, fulfilRequestStep } from '../spot/spot-steps.ts';
import type { DescribedReservation } from './described-resources.ts';
import { owned } from './owned.ts';

type Untimed<T, K extends keyof T> = Omit<T, K> & { readonly [Name in K]?: unknown };
type DescribedRequest = Untimed<SpotInstanceRequest, 'CreateTime' | 'ValidFrom' | 'ValidUntil' | 'Status'> & {
  readonly Status?: { readonly Code?: string; readonly Message?: string; readonly UpdateTime?: unknown };
};
type DescribedFleet = Untimed<FleetData, 'CreateTime' | 'ValidFrom' | 'ValidUntil'>;

/** Once everything is there. */
const FIRST_LOOK_MS = 1000;

const timeIfAny = (value: unknown) => (value === undefined ? undefined : timeOf(value));

export const SPOT: readonly AdoptKind[] = [
  adoptedKind<DescribedRequest, SpotRequestRecord>(
    'ec2:DescribeSpotInstanceRequests',
    'SpotInstanceRequests',
    recordsIn(spotRequests),
    requestOf,
    ({ schedule, nowMs }, { id: spotRequestId, state, terms, validFromMs = 0, account, region }) => {
      const scope = { account, region };
      const firstMs = Math.max(nowMs + FIRST_LOOK_MS, validFromMs);
      if (state === 'open') schedule(fulfilRequestStep, { spotRequestId }, scope, firstMs);
      if (terms.validUntilMs) schedule(expireRequestStep, { spotRequestId }, scope, terms.validUntilMs);
    },
  ),
  adoptedKind<DescribedFleet, FleetRecord>(
    'ec2:DescribeFleets',
    'Fleets',
    recordsIn(fleets),
    fleetOf,
    (adoption, fleet) => {
      for (const member of membersRead(adoption, fleet)) adoption.tx.put(fleetMembers, member);
      const { id: fleetId, account, region, request } = fleet;
      const scope = { account, region };
      const endMs = request.ValidUntil;
      if (fleet.type === 'maintain')
        adoption.schedule(reconcileFleetStep, { fleetId }, scope, adoption.nowMs + FIRST_LOOK_MS);
      if (endMs) adoption.schedule(expireFleetStep, { fleetId }, scope, endMs);
    },
  ),
];

function requestOf(request: DescribedRequest, scope: Scope, { entropy }: Adoption): SpotRequestRecord {
  const { LaunchSpecification: specification = {}, InstanceId, Status, Fault } = request;
  const state = (request.State ?? 'closed') as SpotRequestState;
  return {
    ...owned(scope, request.SpotInstanceRequestId, request.Tags),
    terms: {
      type: request.Type === 'persistent' ? 'persistent' : 'one-time',
      interruption: (request.InstanceInterruptionBehavior ??
        'terminate') as SpotRequestRecord['terms']['interruption'],
      price: request.SpotPrice ?? '',
      validUntilMs: timeIfAny(request.ValidUntil),
    },
    state,
    status: {
      code: (Status?.Code ?? '') as SpotStatusCode,
      message: Status?.Message ?? '',
      updatedAtMs: timeOf(Status?.UpdateTime),
    },
    ...(Fault?.Code && { fault: { code: Fault.Code, message: Fault.Message ?? '' } }),
    createdAtMs: timeOf(request.CreateTime),
    validFromMs: timeIfAny(request.ValidFrom),
    zoneGroup: request.AvailabilityZoneGroup,
    isWindows: request.ProductDescription === 'Windows',
    specification,
    launch: launchOf(specification),
    ...(state === 'open' && { launchToken: uuid(entropy) }),
    instanceId: InstanceId,
    launchedZone: request.LaunchedAvailabilityZone,
    launchedZoneId: request.LaunchedAvailabilityZoneId,
  };
}

/** What the request shows, as it was asked for; user data is not read. */
function launchOf({ SecurityGroups: groups = [], ...specification }: LaunchSpecification): SpotLaunch {
  const { AddressingType: _addressing, NetworkInterfaces, ...launch } = specification;
  const SecurityGroupIds = groups.flatMap(({ GroupId }) => GroupId ?? []);
  return {
    ...(launch as SpotLaunch),
    ...(NetworkInterfaces?.length ? { NetworkInterfaces } : { SecurityGroupIds }),
  } as SpotLaunch;
}

function fleetOf(fleet: DescribedFleet, scope: Scope): FleetRecord | undefined {
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
      LaunchTemplateConfigs: requested.LaunchTemplateConfigs,
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

function membersRead(adoption: Adoption, fleet: FleetRecord): FleetMemberRecord[] {
  const { account, region, id: fleetId } = fleet;
  const scope = { account, region };
  const answer = adoption.described.get('ec2:DescribeFleetInstances', scope, { FleetId: fleetId });
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
        weight: overrideOf(fleet, instanceType)?.WeightedCapacity ?? 1,
        instanceType,
        zone: instance?.Placement?.AvailabilityZone ?? `${region}a`,
        spotRequestId: SpotInstanceRequestId,
        launchedAtMs: timeOf(instance?.LaunchTime),
      };
    },
  );
}

/** What of a template is replaced for such an instance of the fleet. */
function overrideOf(
  { request }: FleetRecord,
  instanceType: string,
): FleetLaunchTemplateOverrides | undefined {
  const overrides = request.LaunchTemplateConfigs.flatMap(({ Overrides = [] }) => Overrides);
  return (overrides as FleetLaunchTemplateOverrides[]).find(
    ({ InstanceType }) => InstanceType === instanceType,
  );
}
