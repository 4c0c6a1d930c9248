/** Where a launch is to put its instances: subnets, zone, security groups, addresses. */
import { AwsError } from '../../../aws/aws-error.ts';
import type { ResolveContext } from '../../../invoke/context.ts';
import type {
  InstanceNetworkInterfaceSpecification,
  RunInstancesRequest,
} from '../../../shapes/generated/ec2.ts';
import {
  type Ipv6Wish,
  ipv6Wish,
  requireIpv6Addresses,
} from '../network/network-interface/ipv6-addresses.ts';
import {
  type NetworkInterfaceRecord,
  networkInterfaceKind,
} from '../network/network-interface/network-interface.ts';
import {
  namedAddresses,
  type PrivateWish,
  privateWish,
  requireFreeAddresses,
} from '../network/network-interface/private-addresses.ts';
import { type SecurityGroupRecord, type SubnetRecord, vpcsOfGroup } from '../network/network-records.ts';
import { securityGroups, subnets } from '../network/networked.ts';
import { requireFewGroups } from '../network/security-group/groups-of-interface.ts';
import { securityGroupKind } from '../network/security-group/security-group.ts';
import { subnetKind } from '../network/subnet/subnet.ts';
import { findZone } from '../region/region.ts';
import { findResource, requireId } from '../resource/kind.ts';
import { type InstanceType, requireFabricAdapters } from './instance-type.ts';

export interface PlannedInterface {
  readonly subnet: SubnetRecord;
  readonly groups: readonly SecurityGroupRecord[];
  readonly assignsPublicIp: boolean;
  readonly deviceIndex: number;
  readonly ipv4?: PrivateWish;
  readonly ipv6?: Ipv6Wish;
  readonly description: string;
  readonly interfaceType?: string;
  readonly deleteOnTermination: boolean;
  readonly connectionTracking?: NetworkInterfaceRecord['connectionTracking'];
  /** The interface that the request names, instead of a new one. */
  readonly existing?: NetworkInterfaceRecord;
}

/** The primary interface, which says where the instance is, and those beside it. */
export interface PlannedNetwork extends PlannedInterface {
  readonly further: readonly PlannedInterface[];
}

const invalidNetwork = (message: string) => new AwsError('InvalidParameterValue', message);

export async function planNetwork(
  context: ResolveContext,
  input: RunInstancesRequest,
  type: InstanceType,
): Promise<PlannedNetwork> {
  const { NetworkInterfaces: asked = [] } = input;
  const primary = requireTogether(input, type);
  const planned = await planInterface(context, input, primary ?? {});
  const further: PlannedInterface[] = [];
  for (const each of asked.filter((other) => other !== primary)) {
    const plan = await planInterface(context, input, each);
    if (plan.subnet.zone !== planned.subnet.zone) {
      throw invalidNetwork('All network interfaces must be in the same availability zone.');
    }
    further.push(plan);
  }
  requireFabricAdapters(
    type,
    [planned, ...further].map(({ interfaceType }) => interfaceType),
  );
  return { ...planned, further };
}

/** Gives the primary one of the interfaces that a request asks for. Throws where they do not go together. */
function requireTogether(
  input: RunInstancesRequest,
  type: InstanceType,
): InstanceNetworkInterfaceSpecification | undefined {
  const { NetworkInterfaces: asked = [] } = input;
  if (input.SubnetId && (input.SecurityGroups?.length || namesAmongIds(input).length > 0)) {
    throw new AwsError(
      'InvalidParameterCombination',
      'The parameter groupName cannot be used with the parameter subnet',
    );
  }
  if (asked.length === 0) return undefined;
  if (input.SubnetId || input.SecurityGroupIds?.length) {
    throw new AwsError(
      'InvalidParameterCombination',
      'Network interfaces and an instance-level subnet ID or security groups may not be specified on the same request',
    );
  }
  if (asked.some(({ DeviceIndex: index }) => index === undefined))
    throw invalidNetwork('Each network interface requires a device index.');
  const primary = asked.find(({ DeviceIndex: index }) => index === 0);
  if (!primary) throw invalidNetwork('The primary network interface must have device index 0.');
  const indexes = new Set(asked.map(({ DeviceIndex: index }) => index));
  if (indexes.size < asked.length)
    throw invalidNetwork('Each network interface requires a device index of its own.');
  if (asked.length > 1 && asked.some(({ AssociatePublicIpAddress: isWanted }) => isWanted)) {
    throw new AwsError(
      'InvalidParameterCombination',
      'The associatePublicIPAddress parameter cannot be specified when launching with multiple network interfaces.',
    );
  }
  const { MaximumNetworkInterfaces: limit = asked.length } = type.info.NetworkInfo ?? {};
  if (asked.length > limit) {
    throw new AwsError(
      'AttachmentLimitExceeded',
      `Interface count ${asked.length} exceeds the limit for ${type.name}`,
    );
  }
  return primary;
}

async function planInterface(
  context: ResolveContext,
  input: RunInstancesRequest,
  asked: InstanceNetworkInterfaceSpecification,
): Promise<PlannedInterface> {
  if (asked.NetworkInterfaceId) return takeInterface(context, input, asked);
  const isOnly = (input.NetworkInterfaces ?? []).length <= 1;
  const subnet = await chooseSubnet(context, input, asked.SubnetId ?? input.SubnetId);
  const ipv4 = privateWish({
    ...asked,
    PrivateIpAddress: asked.PrivateIpAddress ?? (isOnly ? input.PrivateIpAddress : undefined),
  });
  const named = namedAddresses(ipv4);
  if (named.length > 0 && input.MaxCount > 1) {
    throw new AwsError(
      'InvalidParameterCombination',
      'A private IP address may not be specified when launching more than one instance',
    );
  }
  await requireFreeAddresses(context.tx, subnet, named);
  const ipv6 = ipv6Wish(input.NetworkInterfaces ? asked : input);
  if (ipv6) await requireIpv6Addresses(context.tx, subnet, ipv6);
  return {
    subnet,
    groups: await chooseGroups(context, input, subnet, asked.Groups),
    assignsPublicIp: asked.AssociatePublicIpAddress ?? (isOnly && subnet.mapPublicIpOnLaunch),
    deviceIndex: asked.DeviceIndex ?? 0,
    ipv4,
    ipv6,
    description: asked.Description ?? '',
    interfaceType: asked.InterfaceType,
    deleteOnTermination: asked.DeleteOnTermination ?? true,
    connectionTracking: asked.ConnectionTrackingSpecification,
  };
}

async function chooseSubnet(
  context: ResolveContext,
  input: RunInstancesRequest,
  id?: string,
): Promise<SubnetRecord> {
  const { AvailabilityZone: name, AvailabilityZoneId: zoneId } = input.Placement ?? {};
  const zone = findZone(context.region, { name, id: zoneId });
  if ((name || zoneId) && !zone) throw invalidNetwork(`Invalid availability zone: [${name ?? zoneId}]`);
  if (id) {
    const subnet = await findResource(context.tx, subnetKind, context, id);
    if (!subnet) throw subnetKind.notFound([id]);
    if (zone && zone.name !== subnet.zone) {
      throw new AwsError(
        'InvalidParameterValue',
        `The availability zone '${zone.name}' is not that of subnet '${id}'.`,
      );
    }
    return subnet;
  }
  const defaults = (await subnets.list(context.tx, context)).filter(({ defaultForZone }) => defaultForZone);
  const chosen = zone ? defaults.find((subnet) => subnet.zone === zone.name) : defaults.sort(byZone)[0];
  if (chosen) return chosen;
  throw defaults.length === 0
    ? new AwsError('VPCIdNotSpecified', 'No default VPC for this user')
    : new AwsError('MissingInput', `No default subnet for availability zone: '${zone?.name}'.`);
}

const byZone = (one: SubnetRecord, other: SubnetRecord) => (one.zone < other.zone ? -1 : 1);

/** SecurityGroupIds take names, too, for which they hold what is no id (https://github.com/boto/boto3/issues/670). */
const namesAmongIds = ({ SecurityGroupIds: ids = [] }: RunInstancesRequest): readonly string[] =>
  ids.filter((id) => !id.startsWith('sg-'));

/** `groups` are the ids that an interface of the request names. */
async function chooseGroups(
  context: ResolveContext,
  input: RunInstancesRequest,
  subnet: SubnetRecord,
  groups: readonly string[] | undefined,
): Promise<SecurityGroupRecord[]> {
  const amongIds = groups ? [] : namesAmongIds(input);
  const ids = (groups ?? input.SecurityGroupIds ?? []).filter((id) => !amongIds.includes(id));
  const isInVpc = (group: SecurityGroupRecord) => vpcsOfGroup(group).includes(subnet.vpcId);
  const inVpc = (await securityGroups.list(context.tx, context)).filter(isInVpc);
  const names = [...(input.SecurityGroups ?? []), ...amongIds];
  const byName = names.map((name) => {
    const group = inVpc.find((each) => each.name === name);
    if (group) return group;
    if (amongIds.includes(name))
      throw invalidNetwork('Value () for parameter groupId is invalid. The value cannot be empty');
    throw new AwsError(
      'InvalidGroup.NotFound',
      `The security group '${name}' does not exist in VPC '${subnet.vpcId}'`,
    );
  });
  const byId: SecurityGroupRecord[] = [];
  for (const id of ids) {
    const group = await findResource(context.tx, securityGroupKind, context, id);
    if (!group) throw securityGroupKind.notFound([id]);
    if (!isInVpc(group)) {
      throw new AwsError(
        'InvalidParameter',
        `Security group ${id} and subnet ${subnet.id} belong to different networks.`,
      );
    }
    byId.push(group);
  }
  const chosen = [...byId, ...byName];
  requireFewGroups(chosen.map(({ id }) => id));
  return chosen.length > 0 ? chosen : inVpc.filter(({ name }) => name === 'default');
}

async function takeInterface(
  context: ResolveContext,
  input: RunInstancesRequest,
  asked: InstanceNetworkInterfaceSpecification,
): Promise<PlannedInterface> {
  const { NetworkInterfaceId: id = '' } = asked;
  requireId(networkInterfaceKind, id);
  const existing = await findResource(context.tx, networkInterfaceKind, context, id);
  if (!existing) throw networkInterfaceKind.notFound([id]);
  if (existing.attachment) {
    throw new AwsError('InvalidNetworkInterface.InUse', `Interface: [${id}] in use.`);
  }
  if (input.MaxCount > 1) {
    throw new AwsError(
      'InvalidParameterCombination',
      'A network interface may not be specified when launching more than one instance',
    );
  }
  const groups = await securityGroups.list(context.tx, context);
  return {
    subnet: await chooseSubnet(context, input, existing.subnetId),
    groups: groups.filter((group) => existing.groupIds.includes(group.id)),
    assignsPublicIp: existing.assignsPublicIp,
    deviceIndex: asked.DeviceIndex ?? 0,
    description: existing.description,
    interfaceType: existing.interfaceType,
    deleteOnTermination: asked.DeleteOnTermination ?? false,
    existing,
  };
}
