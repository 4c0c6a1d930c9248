/** Network interfaces of real accounts. */
import type { Scope } from '../../../aws/scope.ts';
import { type Adoption, entriesOf, timeOf } from '../../../invoke/imported/described.ts';
import type { NetworkInterface, NetworkInterfaceAssociation } from '../../../shapes/generated/ec2.ts';
import {
  type NetworkInterfaceRecord,
  networkInterfaces,
} from '../network/network-interface/network-interface.ts';
import { type DescribedInstance, tagsOf } from './described-resources.ts';

/** Where they were not listed, as the descriptions of their instances have them. */
export function adoptInterfaces(
  { tx, described }: Adoption,
  scope: Scope,
  instance: DescribedInstance,
): void {
  if (described.of(INTERFACES, scope)?.some(({ output }) => output)) return;
  const { InstanceId, Placement: placement } = instance;
  for (const each of instance.NetworkInterfaces ?? []) {
    const zone = {
      AvailabilityZone: placement?.AvailabilityZone,
      AvailabilityZoneId: placement?.AvailabilityZoneId,
    };
    const attachment = each.Attachment && { ...each.Attachment, InstanceId };
    tx.put(networkInterfaces, interfaceOf(scope, { ...each, ...zone, Attachment: attachment, TagSet: [] }));
  }
}

const INTERFACES = 'ec2:DescribeNetworkInterfaces';

export function adoptListedInterfaces(adoption: Adoption, scope: Scope): void {
  for (const each of entriesOf<NetworkInterface>(adoption, INTERFACES, scope, 'NetworkInterfaces'))
    adoption.tx.put(networkInterfaces, interfaceOf(scope, each));
}

function publicAddressOf(association: NetworkInterfaceAssociation | undefined) {
  const { PublicIp: publicIp, AllocationId: allocationId, AssociationId: associationId } = association ?? {};
  return { publicIp, ...(allocationId && associationId && { elasticIp: { allocationId, associationId } }) };
}

function interfaceOf(scope: Scope, eni: NetworkInterface): NetworkInterfaceRecord {
  const { Attachment: attachment, Association: association } = eni;
  const ipv6Addresses = (eni.Ipv6Addresses ?? []).flatMap(({ Ipv6Address }) => Ipv6Address ?? []);
  const secondary = (eni.PrivateIpAddresses ?? [])
    .filter(({ Primary }) => !Primary)
    .map((each) => ({ privateIp: each.PrivateIpAddress ?? '', ...publicAddressOf(each.Association) }));
  return {
    ...scope,
    id: eni.NetworkInterfaceId ?? '',
    tags: tagsOf(eni.TagSet),
    subnetId: eni.SubnetId ?? '',
    vpcId: eni.VpcId ?? '',
    zone: eni.AvailabilityZone ?? `${scope.region}a`,
    zoneId: eni.AvailabilityZoneId ?? '',
    description: eni.Description ?? '',
    interfaceType: eni.InterfaceType,
    requesterManaged: eni.RequesterManaged,
    macAddress: eni.MacAddress ?? '',
    privateIp: eni.PrivateIpAddress,
    ...(secondary.length > 0 && { secondaryAddresses: secondary }),
    ...(ipv6Addresses.length > 0 && { ipv6Addresses }),
    ...publicAddressOf(association),
    assignsPublicIp: association?.IpOwnerId === 'amazon',
    groupIds: (eni.Groups ?? []).flatMap(({ GroupId }) => GroupId ?? []),
    sourceDestCheck: eni.SourceDestCheck ?? true,
    requesterId: eni.RequesterId,
    connectionTracking: eni.ConnectionTrackingConfiguration,
    ...(attachment?.InstanceId !== undefined && {
      attachment: {
        id: attachment.AttachmentId ?? '',
        instanceId: attachment.InstanceId,
        deviceIndex: attachment.DeviceIndex ?? 0,
        deleteOnTermination: attachment.DeleteOnTermination ?? true,
        attachedAtMs: timeOf(attachment.AttachTime),
      },
    }),
  };
}
