/** A Spot Instance request: the record, its table, and how AWS shows it. */
import { AwsError } from '../../../aws/aws-error.ts';
import type {
  LaunchSpecification,
  RunInstancesRequest,
  SpotInstanceRequest,
} from '../../../shapes/generated/ec2.ts';
import { table } from '../../../store/store.ts';
import type { FilterFields } from '../describe/filter.ts';
import type { LaunchFailure } from '../instance/launch-failure.ts';
import type { LaunchPlan } from '../instance/launch-plan.ts';
import { type ResourceRecord, storedKind } from '../resource/kind.ts';
import { secondsText, wholeSeconds } from '../whole-seconds.ts';
import type { SpotStatusCode } from './spot-status.ts';
import type { SpotTerms } from './spot-terms.ts';

export type SpotRequestState = 'open' | 'active' | 'closed' | 'cancelled' | 'failed' | 'disabled';

export interface SpotStatus {
  readonly code: SpotStatusCode;
  readonly message: string;
  readonly updatedAtMs: number;
}

/** A launch as Spot repeats it: the counts, the market and the token are Spot's own. */
export type SpotLaunch = Omit<
  RunInstancesRequest,
  'ClientToken' | 'DryRun' | 'InstanceMarketOptions' | 'MaxCount' | 'MinCount'
>;

/** The image is named as it was found: what named it may mean another one by then. */
export function spotLaunch({ input, image }: Pick<LaunchPlan, 'image' | 'input'>): SpotLaunch {
  const { ClientToken, InstanceMarketOptions, MaxCount, MinCount, ...launch } = input;
  const TagSpecifications = input.TagSpecifications?.filter(
    ({ ResourceType: type }) => type !== 'spot-instances-request',
  );
  return { ...launch, ImageId: image.id, TagSpecifications };
}

export interface SpotRequestRecord extends ResourceRecord {
  readonly terms: SpotTerms;
  readonly state: SpotRequestState;
  readonly status: SpotStatus;
  readonly fault?: { readonly code: string; readonly message: string };
  readonly createdAtMs: number;
  readonly validFromMs?: number;
  readonly zoneGroup?: string;
  readonly isWindows: boolean;
  readonly specification: LaunchSpecification;
  /** The launch that fulfils the request, once more where it is persistent. */
  readonly launch: SpotLaunch;
  /** The client token of the launch that is to fulfil the request: by it RunInstances knows the request again. */
  readonly launchToken?: string;
  readonly instanceId?: string;
  readonly launchedZone?: string;
  readonly launchedZoneId?: string;
  /** Why its last launch came to nothing. */
  readonly failure?: LaunchFailure;
}

export const spotRequests = table<SpotRequestRecord>()({
  name: 'ec2.spot-requests',
  key: ({ account, region, id }) => [account, region, id],
  indexes: {
    launchToken: ({ account, region, launchToken }) => (launchToken ? [[account, region, launchToken]] : []),
  },
});

export const spotRequestKind = storedKind<SpotRequestRecord>({
  type: 'spot-instances-request',
  prefix: 'sir',
  // Documentation shows ids of 17 digits, accounts show eight letters and digits.
  idForm: /^[0-9a-z]{8}$|^[0-9a-f]{17}$/,
  table: spotRequests,
  notFound: (ids) =>
    new AwsError(
      'InvalidSpotInstanceRequestID.NotFound',
      ids.length === 1
        ? `The spot instance request ID '${ids[0]}' does not exist`
        : `The spot instance request IDs '${ids.join(', ')}' do not exist`,
    ),
  malformed: (id) =>
    new AwsError('InvalidSpotInstanceRequestID.Malformed', `Invalid id: "${id}" (expecting "sir-...")`),
  conditions: () => ({}),
});

export function showSpotRequest(request: SpotRequestRecord): SpotInstanceRequest {
  const { terms, status, fault } = request;
  return {
    SpotInstanceRequestId: request.id,
    SpotPrice: terms.price,
    Type: terms.type,
    State: request.state,
    Status: { Code: status.code, Message: status.message, UpdateTime: wholeSeconds(status.updatedAtMs) },
    Fault: fault && { Code: fault.code, Message: fault.message },
    CreateTime: wholeSeconds(request.createdAtMs),
    ValidFrom: wholeSeconds(request.validFromMs),
    ValidUntil: wholeSeconds(terms.validUntilMs),
    AvailabilityZoneGroup: request.zoneGroup,
    InstanceId: request.instanceId,
    InstanceInterruptionBehavior: terms.interruption,
    LaunchedAvailabilityZone: request.launchedZone,
    LaunchedAvailabilityZoneId: request.launchedZoneId,
    LaunchSpecification: request.specification,
    ProductDescription: request.isWindows ? 'Windows' : 'Linux/UNIX',
    Tags: request.tags.length > 0 ? [...request.tags] : undefined,
  };
}

export const spotRequestFilters: FilterFields<SpotRequestRecord> = {
  'availability-zone-group': ({ zoneGroup }) => zoneGroup,
  'create-time': ({ createdAtMs }) => secondsText(createdAtMs),
  'fault-code': ({ fault }) => fault?.code,
  'fault-message': ({ fault }) => fault?.message,
  'instance-id': ({ instanceId }) => instanceId,
  'launch-group': () => undefined,
  'launch.block-device-mapping.delete-on-termination': ({ specification }) =>
    specification.BlockDeviceMappings?.map(({ Ebs: ebs }) => ebs?.DeleteOnTermination),
  'launch.block-device-mapping.device-name': ({ specification }) =>
    specification.BlockDeviceMappings?.map(({ DeviceName: name }) => name),
  'launch.block-device-mapping.snapshot-id': ({ specification }) =>
    specification.BlockDeviceMappings?.map(({ Ebs: ebs }) => ebs?.SnapshotId),
  'launch.block-device-mapping.volume-size': ({ specification }) =>
    specification.BlockDeviceMappings?.map(({ Ebs: ebs }) => ebs?.VolumeSize),
  'launch.block-device-mapping.volume-type': ({ specification }) =>
    specification.BlockDeviceMappings?.map(({ Ebs: ebs }) => ebs?.VolumeType),
  'launch.group-id': ({ specification }) => specification.SecurityGroups?.map(({ GroupId: id }) => id),
  'launch.group-name': ({ specification }) =>
    specification.SecurityGroups?.map(({ GroupName: name }) => name),
  'launch.image-id': ({ specification }) => specification.ImageId,
  'launch.instance-type': ({ specification }) => specification.InstanceType,
  'launch.kernel-id': () => undefined,
  'launch.key-name': ({ specification }) => specification.KeyName,
  'launch.monitoring-enabled': ({ specification }) => specification.Monitoring?.Enabled,
  'network-interface.addresses.primary': ({ specification }) =>
    specification.NetworkInterfaces?.flatMap(({ PrivateIpAddresses: addresses = [] }) =>
      addresses.map(({ Primary }) => Primary),
    ),
  'network-interface.network-interface-id': ({ specification }) =>
    interfaces(specification, 'NetworkInterfaceId'),
  'network-interface.device-index': ({ specification }) => interfaces(specification, 'DeviceIndex'),
  'network-interface.subnet-id': ({ specification }) => interfaces(specification, 'SubnetId'),
  'network-interface.description': ({ specification }) => interfaces(specification, 'Description'),
  'network-interface.private-ip-address': ({ specification }) =>
    interfaces(specification, 'PrivateIpAddress'),
  'network-interface.delete-on-termination': ({ specification }) =>
    interfaces(specification, 'DeleteOnTermination'),
  'network-interface.group-id': ({ specification }) =>
    specification.NetworkInterfaces?.flatMap(({ Groups: groups = [] }) => groups),
  'launch.ramdisk-id': () => undefined,
  'launched-availability-zone': ({ launchedZone }) => launchedZone,
  'launched-availability-zone-id': ({ launchedZoneId }) => launchedZoneId,
  'product-description': ({ isWindows }) => (isWindows ? 'Windows' : 'Linux/UNIX'),
  'spot-instance-request-id': ({ id }) => id,
  'spot-price': ({ terms }) => terms.price,
  state: ({ state }) => state,
  'status-code': ({ status }) => status.code,
  'status-message': ({ status }) => status.message,
  type: ({ terms }) => terms.type,
  'valid-from': ({ validFromMs }) => secondsText(validFromMs),
  'valid-until': ({ terms }) => secondsText(terms.validUntilMs),
};

const interfaces = <
  N extends
    | 'DeleteOnTermination'
    | 'Description'
    | 'DeviceIndex'
    | 'NetworkInterfaceId'
    | 'PrivateIpAddress'
    | 'SubnetId',
>(
  { NetworkInterfaces: all }: LaunchSpecification,
  member: N,
) => all?.map((each) => each[member]);
