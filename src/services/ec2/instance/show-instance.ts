/** How AWS shows an instance: with its volumes and network interfaces, which are records of their own. */
import { lasting } from '../../../aws/lasting.ts';
import type { Instance } from '../../../shapes/generated/ec2.ts';
import { hostName, privateDnsName, privateDnsNamesOf, publicDnsName } from '../network/dns-name.ts';
import {
  ipOwner,
  type NetworkInterfaceRecord,
  type PublicAddress,
} from '../network/network-interface/network-interface.ts';
import {
  showIpv6Addresses,
  showPrivateAddresses,
} from '../network/network-interface/show-network-interface.ts';
import type { SecurityGroupRecord } from '../network/network-records.ts';
import { attachmentTo, type VolumeRecord } from '../volume/volume.ts';
import { wholeSeconds } from '../whole-seconds.ts';
import type { InstanceRecord } from './instance.ts';
import type { InstanceRelations } from './instance-relations.ts';
import { showState } from './instance-state.ts';
import { findInstanceType } from './instance-type.ts';
import { showEnclaves, showHibernation } from './launch-options.ts';

interface Shown {
  /** All that it was made of: records, of which each change makes a new one. */
  readonly parts: readonly (object | undefined)[];
  readonly shown: Instance;
}

/** Most instances are listed far more often than they change. */
const shownBefore = new WeakMap<InstanceRecord, Shown>();

export function showInstance(instance: InstanceRecord, relations: InstanceRelations): Instance {
  const before = shownBefore.get(instance);
  if (before && isMadeOf(before.parts, instance, relations)) return before.shown;
  const interfaces = relations.interfaces(instance.id);
  const groups = interfaces.flatMap(({ groupIds }) => groupIds.map((id) => relations.groups.get(id)));
  const parts = [...relations.volumes(instance.id), ...interfaces, ...groups];
  const shown = lasting(newlyShown(instance, relations));
  shownBefore.set(instance, { parts, shown });
  return shown;
}

/** The same parts as `showInstance` would list, but no list is made: a page asks it a thousand times. */
function isMadeOf(parts: Shown['parts'], { id }: InstanceRecord, relations: InstanceRelations): boolean {
  let at = 0;
  for (const volume of relations.volumes(id)) if (parts[at++] !== volume) return false;
  const interfaces = relations.interfaces(id);
  for (const each of interfaces) if (parts[at++] !== each) return false;
  for (const { groupIds } of interfaces) {
    for (const groupId of groupIds) if (parts[at++] !== relations.groups.get(groupId)) return false;
  }
  return at === parts.length;
}

function newlyShown(instance: InstanceRecord, relations: InstanceRelations): Instance {
  const interfaces = relations.interfaces(instance.id);
  return {
    InstanceId: instance.id,
    ImageId: instance.imageId,
    State: showState(instance.state),
    StateTransitionReason: instance.transitionReason,
    StateReason: instance.stateReason,
    KeyName: instance.keyName,
    AmiLaunchIndex: instance.launchIndex,
    ProductCodes: [],
    InstanceType: instance.type,
    LaunchTime: wholeSeconds(instance.launchedAtMs),
    Placement: {
      AvailabilityZone: instance.zone,
      AvailabilityZoneId: instance.zoneId,
      GroupId: instance.placement?.groupId,
      GroupName: instance.placement?.name ?? '',
      PartitionNumber: instance.placement?.partition,
      Tenancy: instance.tenancy,
    },
    Platform: instance.platform,
    Monitoring: { State: instance.monitored ? 'enabled' : 'disabled' },
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
    SecondaryInterfaces: [],
    RootDeviceName: instance.rootDeviceName,
    RootDeviceType: 'ebs',
    Tags: instance.tags.length > 0 ? [...instance.tags] : undefined,
    VirtualizationType: 'hvm',
    Operator: OPERATOR,
    ...showNetwork(instance, interfaces[0], relations.groups),
    ...showOptions(instance),
  };
}

/** No service manages what is made here. */
const OPERATOR = { Managed: false, HiddenByDefault: false };

function showNetwork(
  instance: InstanceRecord,
  primary: NetworkInterfaceRecord | undefined,
  groups: InstanceRelations['groups'],
): Instance {
  const { region } = instance;
  const isGone = instance.state === 'terminated';
  return {
    PrivateDnsName: primary ? hostName(instance, primary.privateIp) : '',
    PublicDnsName: primary?.publicIp ? publicDnsName(region, primary.publicIp) : '',
    PrivateIpAddress: primary?.privateIp,
    PublicIpAddress: primary?.publicIp,
    Ipv6Address: primary?.ipv6Addresses?.[0],
    SubnetId: isGone ? undefined : instance.subnetId,
    VpcId: isGone ? undefined : instance.vpcId,
    SecurityGroups: primary ? groupNames(primary, groups) : [],
    SourceDestCheck: isGone ? undefined : instance.sourceDestCheck,
    PrivateDnsNameOptions: isGone ? undefined : privateDnsNamesOf(instance),
  };
}

function showOptions(instance: InstanceRecord): Instance {
  const type = findInstanceType(instance.type);
  const isWindows = instance.platform === 'windows';
  return {
    CpuOptions: {
      CoreCount: instance.cpu.cores,
      ThreadsPerCore: instance.cpu.threadsPerCore,
      AmdSevSnp: instance.options?.amdSevSnp,
    },
    CapacityReservationId: instance.capacityReservationId,
    CapacityReservationSpecification: showReservationChoice(instance),
    HibernationOptions: showHibernation(instance),
    MetadataOptions: {
      ...instance.metadataOptions,
      State: instance.state === 'pending' ? 'pending' : instance.metadataOptions.State,
    },
    EnclaveOptions: showEnclaves(instance),
    BootMode: instance.bootMode,
    CurrentInstanceBootMode: currentBootMode(instance),
    PlatformDetails: isWindows ? 'Windows' : 'Linux/UNIX',
    UsageOperation: isWindows ? 'RunInstances:0002' : 'RunInstances',
    UsageOperationUpdateTime: wholeSeconds(instance.launchedAtMs),
    MaintenanceOptions: {
      AutoRecovery: instance.maintenance?.AutoRecovery ?? 'default',
      RebootMigration: instance.maintenance?.RebootMigration ?? (type?.isNitro ? 'default' : undefined),
    },
    NetworkPerformanceOptions: { BandwidthWeighting: 'default' },
  };
}

function showReservationChoice(instance: InstanceRecord): Instance['CapacityReservationSpecification'] {
  const { targetId, preference } = instance.reservationChoice ?? {};
  if (!targetId) return { CapacityReservationPreference: preference ?? 'open' };
  return { CapacityReservationTarget: { CapacityReservationId: targetId } };
}

/** How it boots: as its image asks, where the type can; arm64 knows only UEFI. */
export function currentBootMode(instance: InstanceRecord): 'legacy-bios' | 'uefi' {
  if (instance.architecture === 'arm64' || instance.bootMode === 'uefi') return 'uefi';
  const modes = findInstanceType(instance.type)?.info.SupportedBootModes ?? [];
  return instance.bootMode === 'uefi-preferred' && modes.includes('uefi') ? 'uefi' : 'legacy-bios';
}

export function showMapping(volume: VolumeRecord, instanceId: string) {
  const attachment = attachmentTo(volume, instanceId)!;
  return {
    DeviceName: attachment.device,
    Ebs: {
      AttachTime: wholeSeconds(attachment.attachedAtMs),
      DeleteOnTermination: attachment.deleteOnTermination,
      Status: attachment.state,
      VolumeId: volume.id,
      EbsCardIndex: 0,
    },
  };
}

function groupNames({ groupIds }: NetworkInterfaceRecord, groups: ReadonlyMap<string, SecurityGroupRecord>) {
  return groupIds.map((id) => ({ GroupId: id, GroupName: groups.get(id)?.name }));
}

function showInterface(eni: NetworkInterfaceRecord, groups: ReadonlyMap<string, SecurityGroupRecord>) {
  const dnsName = eni.privateIp && privateDnsName(eni.region, eni.privateIp);
  const associationOf = ({ publicIp, elasticIp }: PublicAddress) =>
    publicIp
      ? {
          IpOwnerId: ipOwner({ account: eni.account, publicIp, elasticIp }),
          PublicDnsName: publicDnsName(eni.region, publicIp),
          PublicIp: publicIp,
        }
      : undefined;
  return {
    Association: associationOf(eni),
    Attachment: eni.attachment && {
      AttachTime: wholeSeconds(eni.attachment.attachedAtMs),
      AttachmentId: eni.attachment.id,
      DeleteOnTermination: eni.attachment.deleteOnTermination,
      DeviceIndex: eni.attachment.deviceIndex,
      Status: 'attached',
      NetworkCardIndex: 0,
    },
    Description: eni.description,
    Groups: groupNames(eni, groups),
    Ipv6Addresses: showIpv6Addresses(eni),
    MacAddress: eni.macAddress,
    NetworkInterfaceId: eni.id,
    OwnerId: eni.account,
    PrivateDnsName: dnsName,
    PrivateIpAddress: eni.privateIp,
    PrivateIpAddresses: showPrivateAddresses(eni, associationOf),
    SourceDestCheck: eni.sourceDestCheck,
    Status: 'in-use',
    SubnetId: eni.subnetId,
    VpcId: eni.vpcId,
    InterfaceType: eni.interfaceType ?? 'interface',
    Operator: OPERATOR,
    ConnectionTrackingConfiguration: eni.connectionTracking,
  };
}
