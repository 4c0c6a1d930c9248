/** The filters of DescribeInstances (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstances.html). */
import type { FilterFields, FilterValue } from '../describe/filter.ts';
import { privateDnsName, publicDnsName } from '../network/dns-name.ts';
import type { NetworkInterfaceRecord } from '../network/network-interface/network-interface.ts';
import type { VolumeRecord } from '../volume/volume.ts';
import type { InstanceRecord } from './instance.ts';
import type { InstanceRelations } from './instance-relations.ts';
import { showState } from './instance-state.ts';

const isoTime = (ms: number) => new Date(ms).toISOString();
const absent = () => undefined;

export function instanceFilters(relations: InstanceRelations): FilterFields<InstanceRecord> {
  const interfaces =
    (value: (eni: NetworkInterfaceRecord) => FilterValue) =>
    ({ id }: InstanceRecord): FilterValue =>
      relations.interfaces(id).flatMap(value) as FilterValue;
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
  const groupNames = interfaces(({ groupIds }) => groupIds.map((id) => relations.groups.get(id)?.name));
  const groupIds = interfaces((eni) => eni.groupIds);

  return {
    affinity: absent,
    architecture: ({ architecture }) => architecture,
    'availability-zone': ({ zone }) => zone,
    'availability-zone-id': ({ zoneId }) => zoneId,
    'block-device-mapping.attach-time': attachments(({ attachedAtMs }) => isoTime(attachedAtMs)),
    'block-device-mapping.delete-on-termination': attachments(
      ({ deleteOnTermination }) => deleteOnTermination,
    ),
    'block-device-mapping.device-name': attachments(({ device }) => device),
    'block-device-mapping.status': attachments(({ state }) => state),
    'block-device-mapping.volume-id': attachments((_attachment, { id }) => id),
    'boot-mode': absent,
    'capacity-reservation-id': absent,
    'client-token': ({ clientToken }) => clientToken,
    'dns-name': interfaces(({ region, publicIp }) => publicIp && publicDnsName(region, publicIp)),
    'ebs-optimized': ({ ebsOptimized }) => ebsOptimized,
    'ena-support': () => true,
    'enclave-options.enabled': () => false,
    'group-id': groupIds,
    'group-name': groupNames,
    'hibernation-options.configured': () => false,
    'host-id': absent,
    hypervisor: () => 'xen',
    'iam-instance-profile.arn': ({ profile }) => profile?.arn,
    'iam-instance-profile.id': ({ profile }) => profile?.id,
    'image-id': ({ imageId }) => imageId,
    'instance-id': ({ id }) => id,
    'instance-lifecycle': ({ spotRequestId }) => (spotRequestId ? 'spot' : undefined),
    'instance-state-code': ({ state }) => showState(state).Code,
    'instance-state-name': ({ state }) => state,
    'instance-type': ({ type }) => type,
    'instance.group-id': groupIds,
    'instance.group-name': groupNames,
    'ip-address': interfaces(({ publicIp }) => publicIp),
    'ipv6-address': absent,
    'kernel-id': absent,
    'key-name': ({ keyName }) => keyName,
    'launch-index': ({ launchIndex }) => launchIndex,
    'launch-time': ({ launchedAtMs }) => isoTime(launchedAtMs),
    'maintenance-options.auto-recovery': () => 'default',
    'metadata-options.http-endpoint': ({ metadataOptions }) => metadataOptions.HttpEndpoint,
    'metadata-options.http-protocol-ipv4': () => 'enabled',
    'metadata-options.http-protocol-ipv6': ({ metadataOptions }) => metadataOptions.HttpProtocolIpv6,
    'metadata-options.http-put-response-hop-limit': ({ metadataOptions }) =>
      metadataOptions.HttpPutResponseHopLimit,
    'metadata-options.http-tokens': ({ metadataOptions }) => metadataOptions.HttpTokens,
    'metadata-options.instance-metadata-tags': ({ metadataOptions }) => metadataOptions.InstanceMetadataTags,
    'monitoring-state': ({ monitored }) => (monitored ? 'enabled' : 'disabled'),
    'network-interface.addresses.association.public-ip': interfaces(({ publicIp }) => publicIp),
    'network-interface.addresses.primary': interfaces(() => true),
    'network-interface.addresses.private-ip-address': interfaces(({ privateIp }) => privateIp),
    'network-interface.attachment.attach-time': interfaces(
      ({ attachment }) => attachment && isoTime(attachment.attachedAtMs),
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
    'network-interface.private-dns-name': interfaces(({ region, privateIp }) =>
      privateDnsName(region, privateIp),
    ),
    'network-interface.private-ip-address': interfaces(({ privateIp }) => privateIp),
    'network-interface.source-dest-check': interfaces(({ sourceDestCheck }) => sourceDestCheck),
    'network-interface.status': interfaces(() => 'in-use'),
    'network-interface.subnet-id': interfaces(({ subnetId }) => subnetId),
    'network-interface.vpc-id': interfaces(({ vpcId }) => vpcId),
    'outpost-arn': absent,
    'owner-id': ({ account }) => account,
    'placement-group-name': absent,
    'placement-partition-number': absent,
    platform: ({ platform }) => platform,
    'platform-details': ({ platform }) => (platform === 'windows' ? 'Windows' : 'Linux/UNIX'),
    'private-dns-name': interfaces(({ region, privateIp }) => privateDnsName(region, privateIp)),
    'private-ip-address': interfaces(({ privateIp }) => privateIp),
    'product-code': absent,
    'product-code.type': absent,
    'ramdisk-id': absent,
    reason: ({ transitionReason }) => transitionReason,
    'requester-id': absent,
    'reservation-id': ({ reservationId }) => reservationId,
    'root-device-name': ({ rootDeviceName }) => rootDeviceName,
    'root-device-type': () => 'ebs',
    'source-dest-check': ({ sourceDestCheck }) => sourceDestCheck,
    'spot-instance-request-id': ({ spotRequestId }) => spotRequestId,
    'state-reason-code': ({ stateReason }) => stateReason?.Code,
    'state-reason-message': ({ stateReason }) => stateReason?.Message,
    'subnet-id': ({ state, subnetId }) => (state === 'terminated' ? undefined : subnetId),
    tenancy: ({ tenancy }) => tenancy,
    'tpm-support': absent,
    'usage-operation': ({ platform }) => (platform === 'windows' ? 'RunInstances:0002' : 'RunInstances'),
    'usage-operation-update-time': ({ launchedAtMs }) => isoTime(launchedAtMs),
    'virtualization-type': () => 'hvm',
    'vpc-id': ({ state, vpcId }) => (state === 'terminated' ? undefined : vpcId),
  };
}
