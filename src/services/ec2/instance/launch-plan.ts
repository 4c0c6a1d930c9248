/** What RunInstances makes of a request: everything resolved and tested before anybody else is asked. */
import { AwsError } from '../../../aws/aws-error.ts';
import type { Scope } from '../../../aws/scope.ts';
import type { ResolveContext } from '../../../invoke/context.ts';
import type { UnservedMember } from '../../../invoke/unserved.ts';
import type { RunInstancesRequest } from '../../../shapes/generated/ec2.ts';
import { readRegionSettings } from '../account-setting/region-settings.ts';
import {
  type ReservationChoice,
  requireTarget,
  reservationChoice,
  roomInReservation,
  type Wanted,
} from '../capacity-reservation/launch-reservation.ts';
import { imageKind, noImage } from '../image/image.ts';
import { type ResolvedImageId, resolveImageId } from '../image/image-parameter.ts';
import type { ImageRecord } from '../image/image-record.ts';
import { standInImage } from '../image/stand-in.ts';
import { type FoundProfile, findProfile } from '../instance-profile/instance-profile.ts';
import { requireKeyPair } from '../key-pair/key-pair.ts';
import { type ResolvedTemplate, resolveLaunchTemplate } from '../launch-template/launch-template.ts';
import { withLaunchTemplate } from '../launch-template/launch-template-data.ts';
import { type PlannedPlacement, planPlacement, requireRoom, roomIn } from '../placement-group/placement.ts';
import { findResource, requireId } from '../resource/kind.ts';
import { specifiedTags, type Tag } from '../resource/tag.ts';
import { requireServed } from '../resource/unserved.ts';
import { marketTerms, type SpotTerms } from '../spot/spot-terms.ts';
import { requireHopLimit } from './hop-limit.ts';
import type { InstanceRecord } from './instance.ts';
import {
  DEFAULT_INSTANCE_TYPE,
  type InstanceType,
  requireArchitecture,
  requireInstanceType,
} from './instance-type.ts';
import { type PlannedNetwork, planNetwork } from './launch-network.ts';
import { type LaunchOptions, planOptions } from './launch-options.ts';
import { type PlannedVolume, planVolumes } from './launch-volumes.ts';
import { plannedMetadata } from './metadata-options.ts';
import { requireUserData } from './user-data.ts';

export interface LaunchPlan {
  /** With the launch template's parameters where the request names none. */
  readonly input: RunInstancesRequest;
  readonly template?: ResolvedTemplate;
  readonly image: ImageRecord;
  /** The parameter by which the request names the image. */
  readonly imageParameter: ResolvedImageId['parameter'];
  readonly type: InstanceType;
  readonly network: PlannedNetwork;
  readonly volumes: readonly PlannedVolume[];
  readonly profile?: FoundProfile;
  readonly metadataOptions: InstanceRecord['metadataOptions'];
  readonly ebsOptimized: boolean;
  readonly options: LaunchOptions;
  readonly tenancy: string;
  readonly placement?: PlannedPlacement;
  readonly reservationChoice?: ReservationChoice;
  /** How many its placement group and its Capacity Reservation have room for. */
  readonly room: number;
  /** Undefined for On-Demand Instances. */
  readonly spot?: SpotTerms;
  tags(type: 'instance' | 'volume' | 'network-interface' | 'spot-instances-request'): readonly Tag[];
}

const TAGGED = ['instance', 'volume', 'network-interface', 'spot-instances-request', 'elastic-gpu'];

/** Of a request, or of the launch template that it names. */
export const UNSERVED_AT_LAUNCH: readonly UnservedMember[] = [
  'BlockDeviceMappings[].Ebs.EbsCardIndex',
  'BlockDeviceMappings[].Ebs.OutpostArn',
  ['CpuOptions.NestedVirtualization', 'disabled'],
  'ElasticGpuSpecification',
  'ElasticInferenceAccelerators',
  'EnablePrimaryIpv6',
  ['InstanceMarketOptions.MarketType', 'spot'],
  'Ipv6Addresses[].IsPrimaryIpv6',
  'KernelId',
  'LicenseSpecifications',
  'Monitoring.MetricCategoryIds',
  'NetworkInterfaces[].AssociateCarrierIpAddress',
  'NetworkInterfaces[].EnaQueueCount',
  'NetworkInterfaces[].EnaSrdSpecification',
  ['NetworkInterfaces[].InterfaceType', 'interface', 'efa'],
  'NetworkInterfaces[].Ipv4PrefixCount',
  'NetworkInterfaces[].Ipv4Prefixes',
  'NetworkInterfaces[].Ipv6Addresses[].IsPrimaryIpv6',
  'NetworkInterfaces[].Ipv6PrefixCount',
  'NetworkInterfaces[].Ipv6Prefixes',
  'NetworkInterfaces[].NetworkCardIndex',
  'NetworkInterfaces[].PrimaryIpv6',
  ['NetworkPerformanceOptions.BandwidthWeighting', 'default'],
  'Operator',
  'Placement.Affinity',
  'Placement.HostId',
  'Placement.HostResourceGroupArn',
  'Placement.SpreadDomain',
  ['Placement.Tenancy', 'default', 'dedicated'],
  'RamdiskId',
  'SecondaryInterfaces',
];
/** Of one call. */
export const MAX_INSTANCES = 1000;

async function findLaunchedImage(
  context: ResolveContext,
  id: string,
  typeName: string | undefined,
): Promise<ImageRecord> {
  const found = await findResource(context.tx, imageKind, context, id);
  if (found) return found;
  const { architectures } = requireInstanceType(typeName ?? DEFAULT_INSTANCE_TYPE);
  const standIn = standInImage(context, id, architectures);
  if (!standIn) throw await noImage(context.tx, context, id);
  return standIn;
}

export async function planLaunch(context: ResolveContext, request: RunInstancesRequest): Promise<LaunchPlan> {
  requireCounts(request);
  const { LaunchTemplate: specification } = request;
  const template = specification && (await resolveLaunchTemplate(context.tx, context, specification));
  const input = template ? withLaunchTemplate(request, template.data) : request;
  requireServed(input, UNSERVED_AT_LAUNCH);
  const choice = reservationChoice(input.CapacityReservationSpecification);
  if (!input.ImageId)
    throw new AwsError('MissingParameter', 'The request must contain the parameter ImageId');
  const named = await resolveImageId(context, input.ImageId);
  // Templates have placeholders too (`ami-1234`).
  if (!context.ports.standInImages) requireId(imageKind, named.id);
  const image = await findLaunchedImage(context, named.id, input.InstanceType);
  if (image.state !== 'available') {
    throw new AwsError('InvalidAMIID.Unavailable', `The image id '[${image.id}]' is no longer available`);
  }
  const type = requireInstanceType(input.InstanceType ?? DEFAULT_INSTANCE_TYPE);
  requireArchitecture(type, image.architecture);
  if (input.EbsOptimized && !type.isEbsOptimizable) {
    throw new AwsError(
      'Unsupported',
      'EBS-optimized instances are not supported for your requested configuration. Please check the documentation for ' +
        'supported configurations.',
    );
  }
  requireHopLimit(input.MetadataOptions?.HttpPutResponseHopLimit);
  requireUserData(input.UserData);
  if (input.KeyName) await requireKeyPair(context.tx, context, input.KeyName);
  const tags = specifiedTags(input.TagSpecifications, TAGGED);
  const spot = planSpot(context, input, type);
  requireSpotTagged(request, spot);
  const { metadata } = await readRegionSettings(context.tx, context);
  const network = await planNetwork(context, input, type);
  const volumes = await planVolumes(context, image, input.BlockDeviceMappings);
  const placement = await planPlacement(context.tx, context, input.Placement ?? {}, type);
  return {
    input,
    template,
    image,
    imageParameter: named.parameter,
    type,
    network,
    placement,
    room: await roomFor(context, network.subnet.zone, placement, choice),
    reservationChoice: choice,
    volumes,
    options: planOptions(input, { type, image, volumes, spot }),
    profile: await findProfile(context, input.IamInstanceProfile),
    metadataOptions: plannedMetadata(image, metadata, input.MetadataOptions),
    ebsOptimized: input.EbsOptimized ?? false,
    tenancy: input.Placement?.Tenancy ?? 'default',
    spot,
    tags: (resource) => tags.get(resource) ?? [],
  };
}

/** A launch template's tags for Spot requests are left alone by On-Demand launches; the request's own are not (aws-facts I26). */
function requireSpotTagged({ TagSpecifications: asked = [] }: RunInstancesRequest, spot: unknown): void {
  if (spot || asked.every(({ ResourceType: type }) => type !== 'spot-instances-request')) return;
  throw new AwsError(
    'InvalidParameterValue',
    'You cannot specify tags for Spot instances requests if there are no Spot instances requests being created by the request.',
  );
}

function planSpot({ nowMs }: ResolveContext, input: RunInstancesRequest, { name }: InstanceType) {
  const terms = marketTerms(input, name, nowMs);
  const protection = input.DisableApiTermination ? 'Termination' : input.DisableApiStop ? 'Stop' : undefined;
  if (terms && protection) {
    throw new AwsError(
      'InvalidParameterCombination',
      `${protection} protection cannot be enabled for Spot Instances.`,
    );
  }
  return terms;
}

async function roomFor(
  context: ResolveContext,
  zone: string,
  placement: PlannedPlacement | undefined,
  { targetId }: ReservationChoice = {},
): Promise<number> {
  const { tx } = context;
  return Math.min(
    placement ? await roomIn(tx, placement.group, zone) : Number.POSITIVE_INFINITY,
    targetId ? await roomInReservation(tx, context, targetId) : Number.POSITIVE_INFINITY,
  );
}

/** Throws where the instances cannot be put where they are to go: into a placement group, or a Capacity Reservation. */
export async function requireCapacity(context: ResolveContext, plan: LaunchPlan): Promise<void> {
  const { placement, reservationChoice: choice, network, input } = plan;
  if (placement) await requireRoom(context.tx, placement.group, network.subnet.zone, input.MinCount);
  if (!choice?.targetId) return;
  await requireTarget(context.tx, plannedWant(context, plan), choice.targetId, input.MinCount);
}

export const plannedWant = (
  { account, region }: Scope,
  { type, network, tenancy, image, spot }: LaunchPlan,
): Wanted => ({
  account,
  region,
  type: type.name,
  zone: network.subnet.zone,
  tenancy,
  platform: image.platform,
  isSpot: spot !== undefined,
});

function requireCounts({ MinCount: min, MaxCount: max }: RunInstancesRequest): void {
  const invalid = (name: string, value: number, text: string) =>
    new AwsError('InvalidParameterValue', `Value (${value}) for parameter ${name} is invalid. ${text}`);
  if (min < 1) throw invalid('minCount', min, 'The minimum number of instances must be at least 1.');
  if (max < min) throw invalid('minCount', min, 'MinCount must not be greater than MaxCount.');
  if (min > MAX_INSTANCES) {
    throw new AwsError(
      'InstanceLimitExceeded',
      `You have requested more instances (${min}) than your limit of ${MAX_INSTANCES}.`,
    );
  }
}

/** How many a launch makes: as many as MaxCount, up to what one call may and what there is room for. */
export const launchCount = ({ input, room }: LaunchPlan): number =>
  Math.min(input.MaxCount, MAX_INSTANCES, Math.max(input.MinCount, room));
