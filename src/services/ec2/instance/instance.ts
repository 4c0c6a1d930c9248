/** An instance: the record, its table and its condition keys. */
import { AwsError } from '../../../aws/aws-error.ts';
import type { EffectContext } from '../../../invoke/context.ts';
import type {
  InstanceMaintenanceOptions,
  InstanceMetadataOptionsResponse,
  PrivateDnsNameOptionsResponse,
} from '../../../shapes/generated/ec2.ts';
import { table } from '../../../store/store.ts';
import type { KmsFailure } from '../encryption/kms-failure.ts';
import { fleetIdIn, followMemberStep } from '../fleet/fleet-steps.ts';
import { ec2Arn } from '../resource/arn.ts';
import { notFoundError, type ResourceRecord, storedKind } from '../resource/kind.ts';
import { followInstanceStep } from '../spot/spot-steps.ts';
import type { InstanceState, StateReason } from './instance-state.ts';
import type { LaunchOptions } from './launch-options.ts';

export interface InstanceRecord extends ResourceRecord {
  readonly reservationId: string;
  readonly launchIndex: number;
  readonly imageId: string;
  readonly type: string;
  readonly architecture: string;
  readonly platform?: 'windows';
  readonly rootDeviceName: string;
  readonly keyName?: string;
  readonly zone: string;
  readonly zoneId: string;
  readonly subnetId: string;
  readonly vpcId: string;
  readonly state: InstanceState;
  readonly stateReason?: StateReason;
  readonly transitionReason: string;
  readonly launchedAtMs: number;
  readonly clientToken: string;
  readonly ebsOptimized: boolean;
  readonly monitored: boolean;
  readonly tenancy: string;
  readonly profile?: { readonly arn: string; readonly id: string; readonly associationId: string };
  readonly disableApiTermination: boolean;
  readonly disableApiStop: boolean;
  readonly shutdownBehavior: 'stop' | 'terminate';
  readonly sourceDestCheck: boolean;
  /** Base64, as it came. */
  readonly userData?: string;
  readonly metadataOptions: InstanceMetadataOptionsResponse;
  /** As requests named them. */
  readonly maintenance?: InstanceMaintenanceOptions;
  readonly privateDnsNames?: PrivateDnsNameOptionsResponse;
  readonly cpu: { readonly cores: number; readonly threadsPerCore: number };
  readonly options?: LaunchOptions;
  /** The image's; absent where it named none. */
  readonly bootMode?: 'legacy-bios' | 'uefi' | 'uefi-preferred';
  readonly placement?: { readonly groupId: string; readonly name: string; readonly partition?: number };
  /** What it said of Capacity Reservations; absent where any open one will do. */
  readonly reservationChoice?: {
    readonly preference?: 'none' | 'capacity-reservations-only';
    readonly targetId?: string;
  };
  /** The reservation that it runs in. */
  readonly capacityReservationId?: string;
  readonly cpuCredits?: 'standard' | 'unlimited';
  readonly spotRequestId?: string;
  /** When EC2 gave notice that it takes a Spot Instance back. */
  readonly interruptedAtMs?: number;
  /** What KMS refused when the instance was last launched or started. */
  readonly failure?: KmsFailure;
}

export const instances = table<InstanceRecord>()({
  name: 'ec2.instances',
  key: ({ account, region, id }) => [account, region, id],
  indexes: {
    profileAssociation: ({ account, region, profile }) =>
      profile ? [[account, region, profile.associationId]] : [],
    capacityReservation: ({ account, region, id, capacityReservationId }) =>
      capacityReservationId ? [[account, region, capacityReservationId, id]] : [],
    placementGroup: ({ account, region, id, placement, state }) =>
      placement && state !== 'terminated' ? [[account, region, placement.groupId, id]] : [],
    failed: ({ account, region, id, failure }) => (failure?.eventId ? [[account, region, id]] : []),
  },
});

export const instanceKind = storedKind<InstanceRecord>({
  type: 'instance',
  prefix: 'i',
  table: instances,
  notFound: (ids) => notFoundError('InvalidInstanceID.NotFound', 'instance ID', ids),
  malformed: (id) => new AwsError('InvalidInstanceID.Malformed', `Invalid id: "${id}" (expecting "i-...")`),
  conditions: (instance) => ({
    'ec2:InstanceID': instance.id,
    ...instanceConditions({ ...instance, isSpot: instance.spotRequestId !== undefined }),
    'ec2:InstanceProfile': instance.profile?.arn,
    'ec2:PlacementGroup': instance.placement && ec2Arn(instance, 'placement-group', instance.placement.name),
  }),
});

/** The condition keys that an instance has, and one about to be launched. */
export function instanceConditions(
  instance: Pick<
    InstanceRecord,
    'zone' | 'zoneId' | 'type' | 'ebsOptimized' | 'tenancy' | 'metadataOptions'
  > & { readonly isSpot: boolean },
) {
  const { metadataOptions: metadata } = instance;
  return {
    'ec2:AvailabilityZone': instance.zone,
    'ec2:AvailabilityZoneId': instance.zoneId,
    'ec2:EbsOptimized': instance.ebsOptimized,
    'ec2:InstanceBandwidthWeighting': 'default',
    'ec2:InstanceMarketType': instance.isSpot ? 'spot' : 'on-demand',
    'ec2:InstanceMetadataTags': metadata.InstanceMetadataTags,
    'ec2:InstanceType': instance.type,
    'ec2:MetadataHttpEndpoint': metadata.HttpEndpoint,
    'ec2:MetadataHttpPutResponseHopLimit': metadata.HttpPutResponseHopLimit,
    'ec2:MetadataHttpTokens': metadata.HttpTokens,
    'ec2:RootDeviceType': 'ebs',
    'ec2:Tenancy': instance.tenancy,
  };
}

/** Where an instance runs in no Capacity Reservation. */
const IS_OFF: ReadonlySet<InstanceState> = new Set(['stopped', 'terminated']);

/** The instance in another state, with its `EC2 Instance State-change Notification` (aws-facts D3). */
export function changeState(
  context: EffectContext,
  instance: InstanceRecord,
  change: Partial<InstanceRecord> & { readonly state: InstanceState },
): InstanceRecord {
  const capacityReservationId = IS_OFF.has(change.state) ? undefined : instance.capacityReservationId;
  const changed = { ...instance, capacityReservationId, ...change };
  context.tx.put(instances, changed);
  if (changed.state !== instance.state) emitStateChange(context, changed);
  return changed;
}

export function emitStateChange(context: EffectContext, instance: InstanceRecord): void {
  context.emit({
    source: 'aws.ec2',
    detailType: 'EC2 Instance State-change Notification',
    resources: [ec2Arn(instance, 'instance', instance.id)],
    detail: { 'instance-id': instance.id, state: instance.state },
  });
  noteFollowers(context, instance);
}

/** The Spot Instance request and the fleet of an instance look at what it has become. */
export function noteFollowers(
  context: EffectContext,
  { id: instanceId, tags, spotRequestId }: InstanceRecord,
): void {
  if (spotRequestId) context.schedule(followInstanceStep, { instanceId });
  const fleetId = fleetIdIn(tags);
  if (fleetId) context.schedule(followMemberStep, { fleetId, instanceId });
}
