/** How AWS shows a network interface, and what it can be looked for by. */
import type { NetworkInterface, NetworkInterfaceAssociation } from '../../../../shapes/generated/ec2.ts';
import { type FilterFields, matchingNothing } from '../../describe/filter.ts';
import { secondsText, wholeSeconds } from '../../whole-seconds.ts';
import { privateDnsName, publicDnsName } from '../dns-name.ts';
import {
  addressesOf,
  ipOwner,
  type NetworkInterfaceRecord,
  type PrivateAddress,
  type PublicAddress,
} from './network-interface.ts';

/** Names of security groups by their ids. */
type GroupNames = ReadonlyMap<string, string>;

export function showNetworkInterface(eni: NetworkInterfaceRecord, names: GroupNames): NetworkInterface {
  const association = associationOf(eni, eni);
  const dnsName = eni.privateIp && privateDnsName(eni.region, eni.privateIp);
  return {
    NetworkInterfaceId: eni.id,
    OwnerId: eni.account,
    Status: statusOf(eni),
    InterfaceType: eni.interfaceType ?? 'interface',
    Description: eni.description,
    AvailabilityZone: eni.zone,
    AvailabilityZoneId: eni.zoneId,
    SubnetId: eni.subnetId,
    VpcId: eni.vpcId,
    MacAddress: eni.macAddress,
    PrivateDnsName: dnsName,
    PrivateIpAddress: eni.privateIp,
    PrivateIpAddresses: showPrivateAddresses(eni, (address) => associationOf(eni, address)),
    Ipv6Addresses: showIpv6Addresses(eni),
    Ipv6Address: eni.ipv6Addresses?.[0],
    Association: association,
    Attachment: showAttachment(eni),
    Groups: eni.groupIds.map((id) => ({ GroupId: id, GroupName: names.get(id) ?? '' })),
    SourceDestCheck: eni.sourceDestCheck,
    RequesterId: eni.requesterId,
    RequesterManaged: eni.requesterManaged ?? false,
    ConnectionTrackingConfiguration: eni.connectionTracking,
    Operator: { Managed: false },
    TagSet: [...eni.tags],
  };
}

export const showPrivateAddresses = <A>(
  eni: NetworkInterfaceRecord,
  association: (address: PrivateAddress) => A,
) =>
  addressesOf(eni).map((address, index) => ({
    Primary: index === 0,
    PrivateDnsName: privateDnsName(eni.region, address.privateIp),
    PrivateIpAddress: address.privateIp,
    Association: association(address),
  }));

export const showIpv6Addresses = ({ ipv6Addresses = [] }: NetworkInterfaceRecord) =>
  ipv6Addresses.map((Ipv6Address) => ({ Ipv6Address, IsPrimaryIpv6: false }));

const statusOf = ({ attachment, requesterManaged }: NetworkInterfaceRecord) =>
  attachment || requesterManaged ? 'in-use' : 'available';

function associationOf(
  { account, region }: NetworkInterfaceRecord,
  { publicIp, elasticIp }: PublicAddress,
): NetworkInterfaceAssociation | undefined {
  return publicIp
    ? {
        AllocationId: elasticIp?.allocationId,
        AssociationId: elasticIp?.associationId,
        IpOwnerId: ipOwner({ account, publicIp, elasticIp }),
        PublicDnsName: publicDnsName(region, publicIp),
        PublicIp: publicIp,
      }
    : undefined;
}

function showAttachment({ account, attachment }: NetworkInterfaceRecord) {
  return (
    attachment && {
      AttachmentId: attachment.id,
      InstanceId: attachment.instanceId,
      InstanceOwnerId: account,
      DeviceIndex: attachment.deviceIndex,
      NetworkCardIndex: 0,
      DeleteOnTermination: attachment.deleteOnTermination,
      AttachTime: wholeSeconds(attachment.attachedAtMs),
      Status: 'attached',
    }
  );
}

const ofAddresses =
  <V>(value: (address: PrivateAddress) => V) =>
  (eni: NetworkInterfaceRecord) =>
    addressesOf(eni).map(value);

export function networkInterfaceFilters(names: GroupNames): FilterFields<NetworkInterfaceRecord> {
  return {
    ...matchingNothing('operator.principal'),
    'ipv6-addresses.ipv6-address': ({ ipv6Addresses }) => ipv6Addresses,
    'addresses.association.public-ip': ofAddresses(({ publicIp }) => publicIp),
    'addresses.primary': (eni) => addressesOf(eni).map((_address, index) => index === 0),
    'addresses.private-ip-address': ofAddresses(({ privateIp }) => privateIp),
    'addresses.association.allocation-id': ofAddresses(({ elasticIp }) => elasticIp?.allocationId),
    'addresses.association.association-id': ofAddresses(({ elasticIp }) => elasticIp?.associationId),
    'addresses.association.owner-id': (eni) =>
      addressesOf(eni).map((address) => ipOwner({ account: eni.account, ...address })),
    'association.allocation-id': ({ elasticIp }) => elasticIp?.allocationId,
    'association.association-id': ({ elasticIp }) => elasticIp?.associationId,
    'attachment.attach-time': ({ attachment }) => secondsText(attachment?.attachedAtMs),
    'association.ip-owner-id': ipOwner,
    'association.public-dns-name': (eni) => associationOf(eni, eni)?.PublicDnsName,
    'association.public-ip': ({ publicIp }) => publicIp,
    'attachment.attachment-id': ({ attachment }) => attachment?.id,
    'attachment.delete-on-termination': ({ attachment }) => attachment?.deleteOnTermination,
    'attachment.device-index': ({ attachment }) => attachment?.deviceIndex,
    'attachment.instance-id': ({ attachment }) => attachment?.instanceId,
    'attachment.instance-owner-id': ({ account, attachment }) => attachment && account,
    'attachment.status': ({ attachment }) => attachment && 'attached',
    'availability-zone': ({ zone }) => zone,
    'availability-zone-id': ({ zoneId }) => zoneId,
    description: ({ description }) => description,
    'group-id': ({ groupIds }) => groupIds,
    'group-name': ({ groupIds }) => groupIds.map((id) => names.get(id)),
    'interface-type': ({ interfaceType = 'interface' }) => interfaceType,
    'mac-address': ({ macAddress }) => macAddress,
    'network-interface-id': ({ id }) => id,
    'operator.managed': () => false,
    'owner-id': ({ account }) => account,
    'private-dns-name': ({ region, privateIp }) => privateIp && privateDnsName(region, privateIp),
    'private-ip-address': ({ privateIp }) => privateIp,
    'requester-id': ({ requesterId }) => requesterId,
    'requester-managed': ({ requesterManaged = false }) => requesterManaged,
    'source-dest-check': ({ sourceDestCheck }) => sourceDestCheck,
    status: statusOf,
    'subnet-id': ({ subnetId }) => subnetId,
    'vpc-id': ({ vpcId }) => vpcId,
  };
}
