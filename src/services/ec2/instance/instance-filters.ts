/** The filters of DescribeInstances (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstances.html). */
import { type FilterFields, type FilterValue, matchingNothing } from '../describe/filter.ts';
import { hostName, privateDnsName, privateDnsNamesOf, publicDnsName } from '../network/dns-name.ts';
import {
  addressesOf,
  ipOwner,
  type NetworkInterfaceRecord,
} from '../network/network-interface/network-interface.ts';
import type { VolumeRecord } from '../volume/volume.ts';
import { secondsText } from '../whole-seconds.ts';
import type { InstanceRecord } from './instance.ts';
import type { InstanceRelations } from './instance-relations.ts';
import { showState } from './instance-state.ts';
import { currentBootMode } from './show-instance.ts';

export const instanceFilters = (relations: InstanceRelations): FilterFields<InstanceRecord> => ({
  ...matchingNothing(
    'affinity',
    'capacity-reservation-specification.capacity-reservation-target.capacity-reservation-resource-group-arn',
    'host-id',
    'kernel-id',
    'network-interface.addresses.association.carrier-ip',
    'network-interface.addresses.association.customer-owned-ip',
    'network-interface.association.carrier-ip',
    'network-interface.association.customer-owned-ip',
    'network-interface.deny-all-igw-traffic',
    'network-interface.ipv4-prefixes.ipv4-prefix',
    'network-interface.ipv6-prefixes.ipv6-prefix',
    'network-interface.operator.principal',
    'network-interface.outpost-arn',
    'operator.principal',
    'outpost-arn',
    'product-code',
    'product-code.type',
    'ramdisk-id',
    'requester-id',
    'tpm-support',
  ),
  ...OWN_FILTERS,
  ...volumeFilters(relations),
  ...addressFilters(relations),
  ...interfaceFilters(relations),
});

const OWN_FILTERS: FilterFields<InstanceRecord> = {
  'capacity-reservation-id': ({ capacityReservationId }) => capacityReservationId,
  'capacity-reservation-specification.capacity-reservation-preference': ({ reservationChoice: choice }) =>
    choice?.targetId ? undefined : (choice?.preference ?? 'open'),
  'capacity-reservation-specification.capacity-reservation-target.capacity-reservation-id': ({
    reservationChoice: choice,
  }) => choice?.targetId,
  'placement-group-name': ({ placement }) => placement?.name,
  'placement-partition-number': ({ placement }) => placement?.partition,
  architecture: ({ architecture }) => architecture,
  'availability-zone': ({ zone }) => zone,
  'availability-zone-id': ({ zoneId }) => zoneId,
  'client-token': ({ clientToken }) => clientToken,
  'ebs-optimized': ({ ebsOptimized }) => ebsOptimized,
  'ena-support': () => true,
  'enclave-options.enabled': ({ options }) => options?.enclaves ?? false,
  'hibernation-options.configured': ({ options }) => options?.hibernation ?? false,
  hypervisor: () => 'xen',
  'iam-instance-profile.arn': ({ profile }) => profile?.arn,
  'iam-instance-profile.id': ({ profile }) => profile?.id,
  'image-id': ({ imageId }) => imageId,
  'instance-id': ({ id }) => id,
  'instance-lifecycle': ({ spotRequestId }) => (spotRequestId ? 'spot' : undefined),
  'instance-state-code': ({ state }) => showState(state).Code,
  'instance-state-name': ({ state }) => state,
  'instance-type': ({ type }) => type,
  'key-name': ({ keyName }) => keyName,
  'launch-index': ({ launchIndex }) => launchIndex,
  'launch-time': ({ launchedAtMs }) => secondsText(launchedAtMs),
  'maintenance-options.auto-recovery': ({ maintenance }) => maintenance?.AutoRecovery ?? 'default',
  'metadata-options.http-endpoint': ({ metadataOptions }) => metadataOptions.HttpEndpoint,
  'metadata-options.http-protocol-ipv4': () => 'enabled',
  'metadata-options.http-protocol-ipv6': ({ metadataOptions }) => metadataOptions.HttpProtocolIpv6,
  'metadata-options.http-put-response-hop-limit': ({ metadataOptions }) =>
    metadataOptions.HttpPutResponseHopLimit,
  'metadata-options.http-tokens': ({ metadataOptions }) => metadataOptions.HttpTokens,
  'metadata-options.instance-metadata-tags': ({ metadataOptions }) => metadataOptions.InstanceMetadataTags,
  'monitoring-state': ({ monitored }) => (monitored ? 'enabled' : 'disabled'),
  'owner-id': ({ account }) => account,
  platform: ({ platform }) => platform,
  'platform-details': ({ platform }) => (platform === 'windows' ? 'Windows' : 'Linux/UNIX'),
  reason: ({ transitionReason }) => transitionReason,
  'reservation-id': ({ reservationId }) => reservationId,
  'root-device-name': ({ rootDeviceName }) => rootDeviceName,
  'root-device-type': () => 'ebs',
  'source-dest-check': ({ sourceDestCheck }) => sourceDestCheck,
  'spot-instance-request-id': ({ spotRequestId }) => spotRequestId,
  'state-reason-code': ({ stateReason }) => stateReason?.Code,
  'state-reason-message': ({ stateReason }) => stateReason?.Message,
  'subnet-id': ({ state, subnetId }) => (state === 'terminated' ? undefined : subnetId),
  tenancy: ({ tenancy }) => tenancy,
  'usage-operation': ({ platform }) => (platform === 'windows' ? 'RunInstances:0002' : 'RunInstances'),
  'usage-operation-update-time': ({ launchedAtMs }) => secondsText(launchedAtMs),
  'virtualization-type': () => 'hvm',
  'vpc-id': ({ state, vpcId }) => (state === 'terminated' ? undefined : vpcId),
  'boot-mode': ({ bootMode }) => bootMode,
  'current-instance-boot-mode': currentBootMode,
  'metadata-options.state': ({ state, metadataOptions }) =>
    state === 'pending' ? 'pending' : metadataOptions.State,
  'network-performance-options.bandwidth-weighting': () => 'default',
  'operator.managed': () => false,
  'private-dns-name-options.enable-resource-name-dns-a-record': (instance) =>
    privateDnsNamesOf(instance).EnableResourceNameDnsARecord,
  'private-dns-name-options.enable-resource-name-dns-aaaa-record': (instance) =>
    privateDnsNamesOf(instance).EnableResourceNameDnsAAAARecord,
  'private-dns-name-options.hostname-type': (instance) => privateDnsNamesOf(instance).HostnameType,
};

function volumeFilters(relations: InstanceRelations): FilterFields<InstanceRecord> {
  const attachments =
    (value: (attachment: VolumeRecord['attachments'][number], volume: VolumeRecord) => string | boolean) =>
    ({ id }: InstanceRecord): FilterValue =>
      relations
        .volumes(id)
        .flatMap((volume) =>
          volume.attachments
            .filter(({ instanceId }) => instanceId === id)
            .map((attachment) => value(attachment, volume)),
        );
  return {
    'block-device-mapping.attach-time': attachments(({ attachedAtMs }) => secondsText(attachedAtMs)),
    'block-device-mapping.delete-on-termination': attachments(
      ({ deleteOnTermination }) => deleteOnTermination,
    ),
    'block-device-mapping.device-name': attachments(({ device }) => device),
    'block-device-mapping.status': attachments(({ state }) => state),
    'block-device-mapping.volume-id': attachments((_attachment, { id }) => id),
  };
}

type OfInterfaces = (
  value: (eni: NetworkInterfaceRecord) => FilterValue,
) => (instance: InstanceRecord) => FilterValue;

const ofInterfaces =
  (relations: InstanceRelations): OfInterfaces =>
  (value) =>
  ({ id }) =>
    relations.interfaces(id).flatMap(value) as FilterValue;

function addressFilters(relations: InstanceRelations): FilterFields<InstanceRecord> {
  const interfaces = ofInterfaces(relations);
  const allocation = interfaces(({ elasticIp }) => elasticIp?.allocationId);
  const association = interfaces(({ elasticIp }) => elasticIp?.associationId);
  const owner = interfaces(ipOwner);
  const ipv6 = interfaces(({ ipv6Addresses }) => ipv6Addresses);
  const privateName = interfaces(({ region, privateIp }) => privateIp && privateDnsName(region, privateIp));
  const publicName = interfaces(({ region, publicIp }) => publicIp && publicDnsName(region, publicIp));
  /** Of the secondary addresses too, each in the place of the primary one. */
  const addresses = (value: (address: NetworkInterfaceRecord) => string | undefined) =>
    interfaces((eni) => addressesOf(eni).map((address) => value({ ...eni, ...address })));
  return {
    'dns-name': interfaces(({ region, publicIp }) => publicIp && publicDnsName(region, publicIp)),
    'ipv6-address': ipv6,
    'network-interface.ipv6-address': ipv6,
    'network-interface.ipv6-addresses.ipv6-address': ipv6,
    'network-interface.ipv6-addresses.is-primary-ipv6': interfaces(({ ipv6Addresses = [] }) =>
      ipv6Addresses.map(() => false),
    ),
    'ip-address': interfaces(({ publicIp }) => publicIp),
    'network-interface.addresses.association.public-ip': addresses(({ publicIp }) => publicIp),
    'network-interface.addresses.primary': interfaces((eni) =>
      addressesOf(eni).map((_address, index) => index === 0),
    ),
    'network-interface.addresses.private-ip-address': addresses(({ privateIp }) => privateIp),
    'network-interface.private-dns-name': privateName,
    'network-interface.private-ip-address': interfaces(({ privateIp }) => privateIp),
    'private-dns-name': (instance) =>
      relations
        .interfaces(instance.id)
        .slice(0, 1)
        .map(({ privateIp }) => hostName(instance, privateIp)),
    'private-ip-address': interfaces(({ privateIp }) => privateIp),
    'network-interface.addresses.association.allocation-id': addresses(
      ({ elasticIp }) => elasticIp?.allocationId,
    ),
    'network-interface.addresses.association.association-id': addresses(
      ({ elasticIp }) => elasticIp?.associationId,
    ),
    'network-interface.addresses.association.ip-owner-id': addresses(ipOwner),
    'network-interface.addresses.association.public-dns-name': addresses(
      ({ region, publicIp }) => publicIp && publicDnsName(region, publicIp),
    ),
    'network-interface.addresses.private-dns-name': addresses(
      ({ region, privateIp }) => privateIp && privateDnsName(region, privateIp),
    ),
    'network-interface.association.allocation-id': allocation,
    'network-interface.association.association-id': association,
    'network-interface.association.ip-owner-id': owner,
    'network-interface.association.public-dns-name': publicName,
    'network-interface.association.public-ip': interfaces(({ publicIp }) => publicIp),
    'network-interface.public-dns-name': publicName,
  };
}

function interfaceFilters(relations: InstanceRelations): FilterFields<InstanceRecord> {
  const interfaces = ofInterfaces(relations);
  const groupNames = interfaces(({ groupIds }) => groupIds.map((id) => relations.groups.get(id)?.name));
  const groupIds = interfaces((eni) => eni.groupIds);
  return {
    'group-id': groupIds,
    'group-name': groupNames,
    'instance.group-id': groupIds,
    'instance.group-name': groupNames,
    'network-interface.attachment.attach-time': interfaces(({ attachment }) =>
      secondsText(attachment?.attachedAtMs),
    ),
    'network-interface.attachment.attachment-id': interfaces(({ attachment }) => attachment?.id),
    'network-interface.attachment.delete-on-termination': interfaces(
      ({ attachment }) => attachment?.deleteOnTermination,
    ),
    'network-interface.attachment.device-index': interfaces(({ attachment }) => attachment?.deviceIndex),
    'network-interface.attachment.instance-id': interfaces(({ attachment }) => attachment?.instanceId),
    'network-interface.attachment.instance-owner-id': interfaces(({ account }) => account),
    'network-interface.attachment.status': interfaces(() => 'attached'),
    'network-interface.availability-zone': interfaces(({ zone }) => zone),
    'network-interface.description': interfaces(({ description }) => description),
    'network-interface.group-id': groupIds,
    'network-interface.group-name': groupNames,
    'network-interface.mac-address': interfaces(({ macAddress }) => macAddress),
    'network-interface.network-interface-id': interfaces(({ id }) => id),
    'network-interface.owner-id': interfaces(({ account }) => account),
    'network-interface.source-dest-check': interfaces(({ sourceDestCheck }) => sourceDestCheck),
    'network-interface.status': interfaces(() => 'in-use'),
    'network-interface.subnet-id': interfaces(({ subnetId }) => subnetId),
    'network-interface.vpc-id': interfaces(({ vpcId }) => vpcId),
    'network-interface.attachment.network-card-index': interfaces(() => 0),
    'network-interface.ipv6-native': interfaces(() => false),
    'network-interface.operator.managed': interfaces(() => false),
    'network-interface.requester-id': interfaces(({ requesterId }) => requesterId),
    'network-interface.requester-managed': interfaces(() => false),
    'network-interface.tag-key': interfaces(({ tags }) => tags.map(({ Key }) => Key)),
    'network-interface.tag-value': interfaces(({ tags }) => tags.map(({ Value }) => Value)),
  };
}
