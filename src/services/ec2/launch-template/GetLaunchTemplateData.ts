/**
 * What a launch template would have to hold to launch an instance like this one
 * (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetLaunchTemplateData.html).
 */
import type { Instance, ResponseLaunchTemplateData } from '../../../shapes/generated/ec2.ts';
import { ec2 } from '../ec2.ts';
import { type InstanceRecord, instanceKind } from '../instance/instance.ts';
import { readInstanceRelations } from '../instance/instance-relations.ts';
import { showInstance } from '../instance/show-instance.ts';
import { findResource, resourceCheck } from '../resource/kind.ts';
import { type SpotRequestRecord, spotRequestKind } from '../spot/spot-request.ts';
import { attachmentTo, type VolumeRecord } from '../volume/volume.ts';
import { wholeSeconds } from '../whole-seconds.ts';

export default ec2.operation('GetLaunchTemplateData', {
  readOnly: true,
  async checks(context, input) {
    return {
      instance: await resourceCheck(context, instanceKind, 'ec2:GetLaunchTemplateData', input.InstanceId),
    };
  },
  async execute({ tx }, _input, { instance: { record } }) {
    const relations = await readInstanceRelations(tx, record, record.id);
    const shown = showInstance(record, relations);
    const spotId = record.spotRequestId;
    const request =
      spotId === undefined ? undefined : await findResource(tx, spotRequestKind, record, spotId);
    const data = dataOf(record, shown, relations.volumes(record.id));
    return { LaunchTemplateData: { ...data, InstanceMarketOptions: request && marketOptions(request) } };
  },
});

function dataOf(
  instance: InstanceRecord,
  shown: Instance,
  volumes: readonly VolumeRecord[],
): ResponseLaunchTemplateData {
  const { State: _state, ...metadataOptions } = instance.metadataOptions;
  return {
    ImageId: instance.imageId,
    InstanceType: shown.InstanceType,
    KeyName: instance.keyName,
    EbsOptimized: instance.ebsOptimized,
    IamInstanceProfile: instance.profile && { Arn: instance.profile.arn },
    Monitoring: { Enabled: instance.monitored },
    Placement: {
      AvailabilityZone: instance.zone,
      GroupName: shown.Placement?.GroupName,
      PartitionNumber: shown.Placement?.PartitionNumber,
      Tenancy: shown.Placement?.Tenancy,
    },
    DisableApiTermination: instance.disableApiTermination,
    DisableApiStop: instance.disableApiStop,
    InstanceInitiatedShutdownBehavior: instance.shutdownBehavior,
    UserData: instance.userData,
    TagSpecifications:
      instance.tags.length > 0 ? [{ ResourceType: 'instance', Tags: [...instance.tags] }] : undefined,
    CreditSpecification: instance.cpuCredits && { CpuCredits: instance.cpuCredits },
    CpuOptions: shown.CpuOptions,
    CapacityReservationSpecification: shown.CapacityReservationSpecification,
    HibernationOptions: shown.HibernationOptions,
    EnclaveOptions: shown.EnclaveOptions,
    MetadataOptions: metadataOptions,
    PrivateDnsNameOptions: shown.PrivateDnsNameOptions,
    MaintenanceOptions: { AutoRecovery: shown.MaintenanceOptions?.AutoRecovery },
    BlockDeviceMappings: volumes.map((volume) => mappingOf(volume, instance.id)),
    NetworkInterfaces: shown.NetworkInterfaces?.map((eni) => ({
      DeviceIndex: eni.Attachment?.DeviceIndex,
      DeleteOnTermination: eni.Attachment?.DeleteOnTermination,
      Description: eni.Description,
      Groups: eni.Groups?.flatMap(({ GroupId: id }) => id ?? []),
      AssociatePublicIpAddress: eni.Association !== undefined,
      InterfaceType: eni.InterfaceType,
      Ipv6Addresses: eni.Ipv6Addresses,
      NetworkCardIndex: eni.Attachment?.NetworkCardIndex,
      NetworkInterfaceId: eni.NetworkInterfaceId,
      PrivateIpAddress: eni.PrivateIpAddress,
      PrivateIpAddresses: eni.PrivateIpAddresses?.map(({ Primary, PrivateIpAddress }) => ({
        Primary,
        PrivateIpAddress,
      })),
      SubnetId: eni.SubnetId,
    })),
  };
}

const marketOptions = ({ terms }: SpotRequestRecord) => ({
  MarketType: 'spot' as const,
  SpotOptions: {
    InstanceInterruptionBehavior: terms.interruption,
    MaxPrice: terms.price,
    SpotInstanceType: terms.type,
    ValidUntil: wholeSeconds(terms.validUntilMs),
  },
});

function mappingOf(volume: VolumeRecord, instanceId: string) {
  const attachment = attachmentTo(volume, instanceId);
  return {
    DeviceName: attachment?.device,
    Ebs: {
      DeleteOnTermination: attachment?.deleteOnTermination,
      Encrypted: volume.encrypted,
      Iops: volume.iops,
      KmsKeyId: volume.kmsKeyId,
      SnapshotId: volume.snapshotId || undefined,
      Throughput: volume.throughputMiBps,
      VolumeSize: volume.sizeGiB,
      VolumeType: volume.type,
    },
  };
}
