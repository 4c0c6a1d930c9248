/** Where a launch puts its instances: subnet, zone, security groups, and their network interfaces. */
import { AwsError } from '../../../aws/aws-error.ts';
import type { EffectContext, ResolveContext } from '../../../invoke/context.ts';
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
  detached,
  type NetworkInterfaceRecord,
  networkInterfaceKind,
  networkInterfaces,
} from '../network/network-interface/network-interface.ts';
import {
  primaryAddress,
  putNewInterface,
  requireFreeAddress,
} from '../network/network-interface/new-network-interface.ts';
import type { SecurityGroupRecord, SubnetRecord } from '../network/network-records.ts';
import { securityGroups, subnets } from '../network/networked.ts';
import { newPublicIp } from '../network/public-ip.ts';
import { securityGroupKind } from '../network/security-group/security-group.ts';
import { subnetKind } from '../network/subnet/subnet.ts';
import { findZone } from '../region/region.ts';
import { findResource, newId, requireId } from '../resource/kind.ts';

export interface PlannedNetwork {
  readonly subnet: SubnetRecord;
  readonly groups: readonly SecurityGroupRecord[];
  readonly assignsPublicIp: boolean;
  readonly privateIp?: string;
  readonly ipv6?: Ipv6Wish;
  readonly description: string;
  readonly deleteOnTermination: boolean;
  readonly connectionTracking?: NetworkInterfaceRecord['connectionTracking'];
  /** The interface that the request names as the primary one, instead of a new one. */
  readonly existing?: NetworkInterfaceRecord;
}

const invalidNetwork = (message: string) => new AwsError('InvalidParameterValue', message);

export async function planNetwork(
  context: ResolveContext,
  input: RunInstancesRequest,
): Promise<PlannedNetwork> {
  const [primary, secondary] = input.NetworkInterfaces ?? [];
  if (secondary)
    throw new AwsError('UnsupportedOperation', 'Latchkey serves one network interface for an instance.');
  if (primary && (input.SubnetId || input.SecurityGroupIds?.length)) {
    throw new AwsError(
      'InvalidParameterCombination',
      'Network interfaces and an instance-level subnet ID or security groups may not be specified on the same request',
    );
  }
  if (primary?.DeviceIndex !== undefined && primary.DeviceIndex !== 0) {
    throw invalidNetwork('The primary network interface must have device index 0.');
  }
  if (primary?.NetworkInterfaceId) return takeInterface(context, input, primary);
  const subnet = await chooseSubnet(context, input, primary?.SubnetId ?? input.SubnetId);
  const named = primaryAddress(primary?.PrivateIpAddress, primary?.PrivateIpAddresses);
  const privateIp = named ?? input.PrivateIpAddress;
  if (privateIp) await requireFreeAddress(context.tx, subnet, privateIp);
  const ipv6 = ipv6Wish(primary ?? input);
  if (ipv6) await requireIpv6Addresses(context.tx, subnet, ipv6);
  return {
    subnet,
    groups: await chooseGroups(context, input, subnet, primary?.Groups ?? input.SecurityGroupIds),
    assignsPublicIp: primary?.AssociatePublicIpAddress ?? subnet.mapPublicIpOnLaunch,
    privateIp,
    ipv6,
    description: primary?.Description ?? '',
    deleteOnTermination: primary?.DeleteOnTermination ?? true,
    connectionTracking: primary?.ConnectionTrackingSpecification,
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

async function chooseGroups(
  context: ResolveContext,
  input: RunInstancesRequest,
  subnet: SubnetRecord,
  ids: readonly string[] = [],
): Promise<SecurityGroupRecord[]> {
  const inVpc = (await securityGroups.list(context.tx, context)).filter(
    ({ vpcId }) => vpcId === subnet.vpcId,
  );
  const names = input.SecurityGroups ?? [];
  const byName = names.map((name) => {
    const group = inVpc.find((each) => each.name === name);
    if (group) return group;
    throw new AwsError(
      'InvalidGroup.NotFound',
      `The security group '${name}' does not exist in VPC '${subnet.vpcId}'`,
    );
  });
  const byId: SecurityGroupRecord[] = [];
  for (const id of ids) {
    const group = await findResource(context.tx, securityGroupKind, context, id);
    if (!group) throw securityGroupKind.notFound([id]);
    if (group.vpcId !== subnet.vpcId) {
      throw new AwsError(
        'InvalidParameter',
        `Security group ${id} and subnet ${subnet.id} belong to different networks.`,
      );
    }
    byId.push(group);
  }
  const chosen = [...byId, ...byName];
  return chosen.length > 0 ? chosen : inVpc.filter(({ name }) => name === 'default');
}

async function takeInterface(
  context: ResolveContext,
  input: RunInstancesRequest,
  { NetworkInterfaceId: id = '', DeleteOnTermination: goes = false }: InstanceNetworkInterfaceSpecification,
): Promise<PlannedNetwork> {
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
    privateIp: existing.privateIp,
    description: existing.description,
    deleteOnTermination: goes,
    existing,
  };
}

/** The primary network interface of a new instance. */
export async function makeInterface(
  context: EffectContext,
  plan: PlannedNetwork,
  instanceId: string,
  tags: NetworkInterfaceRecord['tags'],
): Promise<void> {
  const attachment = {
    id: newId(context.entropy, 'eni-attach'),
    instanceId,
    deviceIndex: 0,
    deleteOnTermination: plan.deleteOnTermination,
    attachedAtMs: context.nowMs,
  };
  const { assignsPublicIp, connectionTracking, description, privateIp, ipv6 } = plan;
  const publicIp = assignsPublicIp ? newPublicIp(context) : undefined;
  if (plan.existing) {
    const own = plan.existing.elasticIp && plan.existing.publicIp;
    context.tx.put(networkInterfaces, { ...plan.existing, publicIp: own ?? publicIp, attachment });
    return;
  }
  const groupIds = plan.groups.map(({ id }) => id);
  const chosen = {
    tags,
    description,
    privateIp,
    ipv6,
    groupIds,
    assignsPublicIp,
    publicIp,
    attachment,
    connectionTracking,
  };
  await putNewInterface(context, plan.subnet, chosen);
}

/** Public addresses go when an instance stops, and new ones come when it starts; elastic ones stay. */
export async function changePublicIps(
  context: EffectContext,
  instanceId: string,
  isUp: boolean,
): Promise<void> {
  const { account, region, tx } = context;
  for (const each of await tx.find(networkInterfaces, 'attachedTo', {
    prefix: [account, region, instanceId],
  })) {
    if (each.elasticIp) continue;
    const publicIp = isUp && each.assignsPublicIp ? (each.publicIp ?? newPublicIp(context)) : undefined;
    if (publicIp !== each.publicIp) tx.put(networkInterfaces, { ...each, publicIp });
  }
}

export async function deleteInterfaces(context: EffectContext, instanceId: string): Promise<void> {
  const { account, region, tx } = context;
  for (const each of await tx.find(networkInterfaces, 'attachedTo', {
    prefix: [account, region, instanceId],
  })) {
    if (each.attachment?.deleteOnTermination) tx.delete(networkInterfaces, [account, region, each.id]);
    else tx.put(networkInterfaces, detached(each));
  }
}
