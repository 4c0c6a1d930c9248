/**
 * A fleet: the record, which EC2 Fleets and Spot Fleet requests have in common (fleet-family.ts says where they differ), its
 * instances, and how AWS shows an EC2 Fleet.
 */
import { AwsError } from '../../../aws/aws-error.ts';
import type { Scope } from '../../../aws/scope.ts';
import type {
  CreateFleetError,
  CreateFleetInstance,
  CreateFleetRequest,
  FleetData,
  FleetLaunchTemplateConfig,
  SpotFleetRequestConfigData,
} from '../../../shapes/generated/ec2.ts';
import { type ReadTransaction, table } from '../../../store/store.ts';
import type { FilterFields } from '../describe/filter.ts';
import type { LaunchFailure } from '../instance/launch-failure.ts';
import { type ResourceRecord, storedKind } from '../resource/kind.ts';
import { wholeSeconds } from '../whole-seconds.ts';

/** In the words of EC2 Fleet; a Spot Fleet request says `cancelled` for `deleted`. */
export type FleetState =
  | 'active'
  | 'deleted'
  | 'deleted_running'
  | 'deleted_terminating'
  | 'failed'
  | 'modifying'
  | 'submitted';

/** On-Demand and Spot capacity, in the fleet's units. */
export interface TargetCapacity {
  readonly total: number;
  readonly onDemand: number;
  readonly spot: number;
  readonly defaultType: 'on-demand' | 'spot';
  readonly unit?: 'memory-mib' | 'units' | 'vcpu';
}

export type Lifecycle = 'on-demand' | 'spot';

export interface FleetRecord extends ResourceRecord {
  readonly type: 'instant' | 'maintain' | 'request';
  readonly state: FleetState;
  readonly createdAtMs: number;
  readonly clientToken?: string;
  /** What it was asked for as. */
  readonly request: Pick<
    CreateFleetRequest,
    | 'Context'
    | 'ExcessCapacityTerminationPolicy'
    | 'LaunchTemplateConfigs'
    | 'OnDemandOptions'
    | 'ReplaceUnhealthyInstances'
    | 'SpotOptions'
    | 'TerminateInstancesWithExpiration'
    | 'ValidFrom'
    | 'ValidUntil'
  >;
  readonly target: TargetCapacity;
  /** Of a Spot Fleet request: as which it was asked for and is shown. `type`, `request` and `target` follow from it. */
  readonly config?: SpotFleetRequestConfigData;
  /** Of an instant fleet: what the reply said. */
  readonly launched?: readonly CreateFleetInstance[];
  readonly errors?: readonly CreateFleetError[];
  /** Why the last attempt to launch failed, until one succeeds. */
  readonly failure?: LaunchFailure;
  /** One of type request launches once. */
  readonly isPlaced?: boolean;
  /** Until then nothing is launched again: its launches have failed. */
  readonly retryAtMs?: number;
}

/** An instance of a fleet, kept for as long as it counts. */
export interface FleetMemberRecord extends Scope {
  readonly fleetId: string;
  readonly instanceId: string;
  readonly lifecycle: Lifecycle;
  readonly weight: number;
  readonly instanceType: string;
  readonly zone: string;
  readonly spotRequestId?: string;
  readonly launchedAtMs: number;
  /** It ends, and counts no more. */
  readonly isLeaving?: boolean;
  /** EC2 will take it back, and the fleet launches another before that. */
  readonly isAtRisk?: boolean;
}

export const fleets = table<FleetRecord>()({
  name: 'ec2.fleets',
  key: ({ account, region, id }) => [account, region, id],
});

export const fleetMembers = table<FleetMemberRecord>()({
  name: 'ec2.fleet-members',
  key: ({ account, region, fleetId, instanceId }) => [account, region, fleetId, instanceId],
});

export const fleetKind = storedKind<FleetRecord>({
  type: 'fleet',
  prefix: 'fleet',
  idForm: /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  table: fleets,
  notFound: (ids) =>
    new AwsError(
      'InvalidFleetId.NotFound',
      ids.length === 1
        ? `The fleet ID '${ids[0]}' does not exist`
        : `The fleet IDs '${ids.join(', ')}' do not exist`,
    ),
  malformed: (id) => new AwsError('InvalidFleetId.Malformed', `The fleet ID '${id}' is malformed`),
  conditions: () => ({}),
});

export const membersOf = (tx: ReadTransaction, { account, region, id }: FleetRecord, limit?: number) =>
  tx.list(fleetMembers, { prefix: [account, region, id], limit });

/** What its instances come to, in its units. */
export function capacityOf(members: readonly FleetMemberRecord[], lifecycle?: Lifecycle): number {
  return members
    .filter(
      (member) =>
        !member.isLeaving && !member.isAtRisk && (lifecycle === undefined || member.lifecycle === lifecycle),
    )
    .reduce((sum, { weight }) => sum + weight, 0);
}

export const isDeleted = ({ state }: FleetRecord): boolean => state.startsWith('deleted');

/** What `ActivityStatus` says of a fleet that is maintained or has been requested. */
export function activityOf(fleet: FleetRecord, members: readonly FleetMemberRecord[]): string | undefined {
  if (fleet.type === 'instant') return 'fulfilled';
  if (isDeleted(fleet)) return undefined;
  if (members.some(({ isLeaving }) => isLeaving)) return 'pending_termination';
  if (capacityOf(members) >= fleet.target.total) return 'fulfilled';
  return fleet.failure ? 'error' : 'pending_fulfillment';
}

export function showFleet(fleet: FleetRecord, members: readonly FleetMemberRecord[]): FleetData {
  const { request, target } = fleet;
  const isInstant = fleet.type === 'instant';
  return {
    FleetId: fleet.id,
    FleetState: fleet.state,
    ActivityStatus: activityOf(fleet, members),
    Type: fleet.type,
    CreateTime: wholeSeconds(fleet.createdAtMs),
    ClientToken: fleet.clientToken,
    Context: request.Context,
    ExcessCapacityTerminationPolicy:
      fleet.type === 'maintain' ? (request.ExcessCapacityTerminationPolicy ?? 'termination') : undefined,
    FulfilledCapacity: capacityOf(members),
    FulfilledOnDemandCapacity: capacityOf(members, 'on-demand'),
    LaunchTemplateConfigs: request.LaunchTemplateConfigs as FleetLaunchTemplateConfig[],
    TargetCapacitySpecification: {
      TotalTargetCapacity: target.total,
      OnDemandTargetCapacity: target.onDemand,
      SpotTargetCapacity: target.spot,
      DefaultTargetCapacityType: target.defaultType,
      TargetCapacityUnitType: target.unit,
    },
    TerminateInstancesWithExpiration: request.TerminateInstancesWithExpiration ?? false,
    ReplaceUnhealthyInstances: request.ReplaceUnhealthyInstances ?? false,
    ValidFrom: request.ValidFrom ?? 0,
    ValidUntil: request.ValidUntil ?? 0,
    SpotOptions: target.spot > 0 || request.SpotOptions ? spotOptionsOf(fleet) : undefined,
    OnDemandOptions: withStrategy(request.OnDemandOptions),
    Errors: isInstant ? [...(fleet.errors ?? [])] : undefined,
    Instances: isInstant ? fleet.launched?.map(withoutPlace) : undefined,
    Tags: fleet.tags.length > 0 ? [...fleet.tags] : undefined,
  };
}

const spotOptionsOf = ({ request: { SpotOptions: asked } }: FleetRecord): FleetData['SpotOptions'] => ({
  InstanceInterruptionBehavior: 'terminate',
  InstancePoolsToUseCount: 1,
  ...withStrategy(asked),
});

/** The default strategy is shown in the spelling that it had before the others (aws-facts I25). */
function withStrategy<O extends { readonly AllocationStrategy?: string }>(options: O | undefined) {
  const { AllocationStrategy: strategy } = options ?? {};
  return { ...options, AllocationStrategy: isLowestPrice(strategy) ? 'lowestPrice' : strategy };
}

/** What a fleet goes by where it names no strategy; both spellings are taken. */
export const isLowestPrice = (strategy: string | undefined): boolean =>
  strategy === undefined || strategy === 'lowest-price' || strategy === 'lowestPrice';

/** Where its instances are only the reply of CreateFleet shows. */
const withoutPlace = ({
  AvailabilityZone: _zone,
  AvailabilityZoneId: _zoneId,
  SubnetId: _subnet,
  ...instance
}: CreateFleetInstance) => instance;

export const fleetFilters = (
  membersOfFleet: (fleet: FleetRecord) => readonly FleetMemberRecord[],
): FilterFields<FleetRecord> => ({
  'activity-status': (fleet) => activityOf(fleet, membersOfFleet(fleet)),
  'excess-capacity-termination-policy': ({ type, request }) =>
    type === 'maintain' ? (request.ExcessCapacityTerminationPolicy ?? 'termination') : undefined,
  'fleet-state': ({ state }) => state,
  'replace-unhealthy-instances': ({ request }) => request.ReplaceUnhealthyInstances ?? false,
  type: ({ type }) => type,
});
