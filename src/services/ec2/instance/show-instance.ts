/** How AWS shows an instance: with its volumes and network interfaces, which are records of their own. */

import type { Scope } from '../../../aws/scope.ts';
import type { Instance } from '../../../shapes/generated/ec2.ts';
import type { ReadTransaction } from '../../../store/store.ts';
import { privateDnsName, publicDnsName } from '../network/dns-name.ts';
import {
  type NetworkInterfaceRecord,
  networkInterfaces,
} from '../network/network-interface/network-interface.ts';
import type { SecurityGroupRecord } from '../network/network-records.ts';
import { securityGroups } from '../network/networked.ts';
import { attachmentTo, type VolumeRecord, volumes, volumesOf } from '../volume/volume.ts';
import type { InstanceRecord } from './instance.ts';
import { showState } from './instance-state.ts';
import { findInstanceType } from './instance-type.ts';

/** What belongs to instances, by instance id. */
export interface InstanceRelations {
  volumes(instanceId: string): readonly VolumeRecord[];
  interfaces(instanceId: string): readonly NetworkInterfaceRecord[];
  readonly groups: ReadonlyMap<string, SecurityGroupRecord>;
}

/** Two lists for all instances of the region; by index for a single one. */
export async function readInstanceRelations(
  tx: ReadTransaction,
  scope: Scope,
  instanceId?: string,
): Promise<InstanceRelations> {
  const prefix = [scope.account, scope.region, ...(instanceId ? [instanceId] : [])];
  const attachedVolumes = instanceId
    ? await volumesOf(tx, scope, instanceId)
    : await tx.find(volumes, 'attachedTo', { prefix });
  const attachedInterfaces = await tx.find(networkInterfaces, 'attachedTo', { prefix });
  const groups = await securityGroups.list(tx, scope);
  const byVolume = groupBy(attachedVolumes, (volume) =>
    volume.attachments.map((attachment) => attachment.instanceId),
  );
  const byInterface = groupBy(attachedInterfaces, ({ attachment }) =>
    attachment ? [attachment.instanceId] : [],
  );
  return {
    volumes: (id) => byVolume.get(id) ?? [],
    interfaces: (id) => byInterface.get(id) ?? [],
    groups: new Map(groups.map((group) => [group.id, group])),
  };
}

function groupBy<T>(items: readonly T[], keysOf: (item: T) => readonly string[]): Map<string, T[]> {
  const grouped = new Map<string, T[]>();
  // A record found by an index appears once for each of its keys.
  for (const item of new Set(items)) {
    for (const key of keysOf(item)) {
      const group = grouped.get(key);
      if (group) group.push(item);
      else grouped.set(key, [item]);
    }
  }
  return grouped;
}

export function showInstance(instance: InstanceRecord, relations: InstanceRelations): Instance {
  const { region, type: typeName } = instance;
  const interfaces = relations.interfaces(instance.id);
  const [primary] = interfaces;
  const isGone = instance.state === 'terminated';
  const type = findInstanceType(typeName);
  return {
    InstanceId: instance.id,
    ImageId: instance.imageId,
    State: showState(instance.state),
    PrivateDnsName: primary ? privateDnsName(region, primary.privateIp) : '',
    PublicDnsName: primary?.publicIp ? publicDnsName(region, primary.publicIp) : '',
    StateTransitionReason: instance.transitionReason,
    StateReason: instance.stateReason,
    KeyName: instance.keyName,
    AmiLaunchIndex: instance.launchIndex,
    ProductCodes: [],
    InstanceType: typeName,
    LaunchTime: instance.launchedAtMs,
    Placement: {
      AvailabilityZone: instance.zone,
      AvailabilityZoneId: instance.zoneId,
      GroupName: '',
      Tenancy: instance.tenancy,
    },
    Platform: instance.platform,
    Monitoring: { State: instance.monitored ? 'enabled' : 'disabled' },
    SubnetId: isGone ? undefined : instance.subnetId,
    VpcId: isGone ? undefined : instance.vpcId,
    PrivateIpAddress: primary?.privateIp,
    PublicIpAddress: primary?.publicIp,
    Architecture: instance.architecture,
    BlockDeviceMappings: relations.volumes(instance.id).map((volume) => showMapping(volume, instance.id)),
    ClientToken: instance.clientToken,
    EbsOptimized: instance.ebsOptimized,
    EnaSupport: true,
    Hypervisor: 'xen',
    IamInstanceProfile: instance.profile && { Arn: instance.profile.arn, Id: instance.profile.id },
    InstanceLifecycle: instance.spotRequestId ? 'spot' : undefined,
    SpotInstanceRequestId: instance.spotRequestId,
    NetworkInterfaces: interfaces.map((each) => showInterface(each, relations.groups)),
    RootDeviceName: instance.rootDeviceName,
    RootDeviceType: 'ebs',
    SecurityGroups: primary ? groupNames(primary, relations.groups) : [],
    SourceDestCheck: isGone ? undefined : instance.sourceDestCheck,
    Tags: instance.tags.length > 0 ? [...instance.tags] : undefined,
    VirtualizationType: 'hvm',
    CpuOptions: { CoreCount: instance.cpu.cores, ThreadsPerCore: instance.cpu.threadsPerCore },
    CapacityReservationSpecification: { CapacityReservationPreference: 'open' },
    HibernationOptions: { Configured: false },
    MetadataOptions: {
      ...instance.metadataOptions,
      State: instance.state === 'pending' ? 'pending' : instance.metadataOptions.State,
    },
    EnclaveOptions: { Enabled: false },
    BootMode: undefined,
    PlatformDetails: instance.platform === 'windows' ? 'Windows' : 'Linux/UNIX',
    UsageOperation: instance.platform === 'windows' ? 'RunInstances:0002' : 'RunInstances',
    UsageOperationUpdateTime: instance.launchedAtMs,
    PrivateDnsNameOptions: isGone
      ? undefined
      : {
          HostnameType: 'ip-name',
          EnableResourceNameDnsARecord: false,
          EnableResourceNameDnsAAAARecord: false,
          ...instance.privateDnsNames,
        },
    MaintenanceOptions: {
      AutoRecovery: instance.maintenance?.AutoRecovery ?? 'default',
      RebootMigration: instance.maintenance?.RebootMigration ?? (type?.isNitro ? 'default' : undefined),
    },
    CurrentInstanceBootMode: 'legacy-bios',
    Operator: { Managed: false },
  };
}

export function showMapping(volume: VolumeRecord, instanceId: string) {
  const attachment = attachmentTo(volume, instanceId)!;
  return {
    DeviceName: attachment.device,
    Ebs: {
      AttachTime: attachment.attachedAtMs,
      DeleteOnTermination: attachment.deleteOnTermination,
      Status: attachment.state,
      VolumeId: volume.id,
    },
  };
}

function groupNames({ groupIds }: NetworkInterfaceRecord, groups: ReadonlyMap<string, SecurityGroupRecord>) {
  return groupIds.map((id) => ({ GroupId: id, GroupName: groups.get(id)?.name }));
}

function showInterface(eni: NetworkInterfaceRecord, groups: ReadonlyMap<string, SecurityGroupRecord>) {
  const dnsName = privateDnsName(eni.region, eni.privateIp);
  const association = eni.publicIp
    ? { IpOwnerId: 'amazon', PublicDnsName: publicDnsName(eni.region, eni.publicIp), PublicIp: eni.publicIp }
    : undefined;
  return {
    Association: association,
    Attachment: eni.attachment && {
      AttachTime: eni.attachment.attachedAtMs,
      AttachmentId: eni.attachment.id,
      DeleteOnTermination: eni.attachment.deleteOnTermination,
      DeviceIndex: eni.attachment.deviceIndex,
      Status: 'attached',
      NetworkCardIndex: 0,
    },
    Description: eni.description,
    Groups: groupNames(eni, groups),
    Ipv6Addresses: [],
    MacAddress: eni.macAddress,
    NetworkInterfaceId: eni.id,
    OwnerId: eni.account,
    PrivateDnsName: dnsName,
    PrivateIpAddress: eni.privateIp,
    PrivateIpAddresses: [
      { Association: association, Primary: true, PrivateDnsName: dnsName, PrivateIpAddress: eni.privateIp },
    ],
    SourceDestCheck: eni.sourceDestCheck,
    Status: 'in-use',
    SubnetId: eni.subnetId,
    VpcId: eni.vpcId,
    InterfaceType: 'interface',
    Operator: { Managed: false },
  };
}
