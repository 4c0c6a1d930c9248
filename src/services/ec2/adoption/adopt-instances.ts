/** Instances of real accounts, with what other listings tell of them. */
import type { Scope } from '../../../aws/scope.ts';
import {
  type Adoption,
  answeredEntries,
  entriesOf,
  isFork,
  noteOrigin,
  timeOf,
} from '../../../invoke/imported/described.ts';
import { noteUnread } from '../../../invoke/imported/unread.ts';
import type {
  IamInstanceProfileAssociation,
  InstanceCreditSpecification,
  InstanceMetadataOptionsResponse,
} from '../../../shapes/generated/ec2.ts';
import { type InstanceRecord, instances } from '../instance/instance.ts';
import type { InstanceState } from '../instance/instance-state.ts';
import { findInstanceType } from '../instance/instance-type.ts';
import { ec2Arn } from '../resource/arn.ts';
import { adoptInterfaces } from './adopt-interfaces.ts';
import { type DescribedInstance, type DescribedReservation, tagsOf } from './described-resources.ts';

export function adoptInstances(adoption: Adoption, scope: Scope): void {
  const operation = 'ec2:DescribeInstances';
  noteUnread(adoption, operation, scope);
  const associations = new Map(
    entriesOf<IamInstanceProfileAssociation>(
      adoption,
      'ec2:DescribeIamInstanceProfileAssociations',
      scope,
      'IamInstanceProfileAssociations',
    ).map(({ InstanceId, AssociationId }) => [InstanceId, AssociationId]),
  );
  const credits = entriesOf<InstanceCreditSpecification>(
    adoption,
    'ec2:DescribeInstanceCreditSpecifications',
    scope,
    'InstanceCreditSpecifications',
  ).filter(({ CpuCredits }) => CpuCredits === 'unlimited');
  const unlimited = new Set(credits.map(({ InstanceId }) => InstanceId));
  const reservations = answeredEntries<DescribedReservation>(adoption, operation, scope, 'Reservations');
  for (const [{ ReservationId = 'r-unknown', Instances = [] }, answer] of reservations) {
    for (const instance of Instances) {
      const beside = {
        associationId: associations.get(instance.InstanceId),
        isUnlimited: unlimited.has(instance.InstanceId),
        inFork: isFork(adoption),
      };
      adoption.tx.put(instances, instanceOf(scope, ReservationId, instance, beside));
      adoptInterfaces(adoption, scope, instance);
      noteOrigin(adoption, ec2Arn(scope, 'instance', instance.InstanceId), operation, answer);
    }
  }
}

/** What other listings tell of an instance. */
interface Beside {
  readonly associationId?: string;
  readonly isUnlimited: boolean;
  readonly inFork: boolean;
}

function instanceOf(
  scope: Scope,
  reservationId: string,
  instance: DescribedInstance,
  { associationId, isUnlimited, inFork }: Beside,
): InstanceRecord {
  const { IamInstanceProfile: profile, StateReason: reason, CpuOptions: cpu } = instance;
  return {
    ...scope,
    id: instance.InstanceId,
    tags: tagsOf(instance.Tags),
    reservationId,
    launchIndex: instance.AmiLaunchIndex ?? 0,
    imageId: instance.ImageId ?? '',
    type: instance.InstanceType ?? 't3.micro',
    architecture: instance.Architecture ?? 'x86_64',
    platform: instance.Platform === 'windows' ? 'windows' : undefined,
    rootDeviceName: instance.RootDeviceName ?? '/dev/xvda',
    keyName: instance.KeyName,
    ...placeOf(scope, instance),
    subnetId: instance.SubnetId ?? '',
    vpcId: instance.VpcId ?? '',
    state: stateOf(instance.State?.Name, inFork),
    ...(reason?.Code && { stateReason: { Code: reason.Code, Message: reason.Message ?? '' } }),
    transitionReason: instance.StateTransitionReason ?? '',
    launchedAtMs: timeOf(instance.LaunchTime),
    clientToken: instance.ClientToken ?? '',
    ebsOptimized: instance.EbsOptimized ?? false,
    monitored: instance.Monitoring?.State === 'enabled',
    ...(profile?.Arn && {
      profile: {
        arn: profile.Arn,
        id: profile.Id ?? '',
        associationId: associationId ?? `iip-assoc-${instance.InstanceId.slice('i-'.length)}`,
      },
    }),
    disableApiTermination: false,
    disableApiStop: false,
    shutdownBehavior: 'stop',
    sourceDestCheck: instance.SourceDestCheck ?? true,
    metadataOptions: (instance.MetadataOptions ?? {}) as InstanceMetadataOptionsResponse,
    maintenance: instance.MaintenanceOptions,
    privateDnsNames: instance.PrivateDnsNameOptions,
    cpu: { cores: cpu?.CoreCount ?? 1, threadsPerCore: cpu?.ThreadsPerCore ?? 2 },
    bootMode: instance.BootMode as InstanceRecord['bootMode'],
    ...reservationOf(instance),
    ...(findInstanceType(instance.InstanceType ?? '')?.isBurstable && {
      cpuCredits: isUnlimited ? 'unlimited' : 'standard',
    }),
    spotRequestId: instance.SpotInstanceRequestId,
  };
}

function placeOf(
  { region }: Scope,
  { Placement: placement = {} }: DescribedInstance,
): Pick<InstanceRecord, 'placement' | 'tenancy' | 'zone' | 'zoneId'> {
  const { GroupId: groupId, GroupName: name = '', PartitionNumber: partition } = placement;
  return {
    zone: placement.AvailabilityZone ?? `${region}a`,
    zoneId: placement.AvailabilityZoneId ?? '',
    tenancy: placement.Tenancy ?? 'default',
    ...(groupId && { placement: { groupId, name, partition } }),
  };
}

function reservationOf(
  instance: DescribedInstance,
): Pick<InstanceRecord, 'capacityReservationId' | 'reservationChoice'> {
  const { CapacityReservationPreference: preference, CapacityReservationTarget: target } =
    instance.CapacityReservationSpecification ?? {};
  const isNarrow = preference === 'none' || preference === 'capacity-reservations-only';
  return {
    capacityReservationId: instance.CapacityReservationId,
    ...((isNarrow || target?.CapacityReservationId) && {
      reservationChoice: {
        ...(isNarrow && { preference }),
        ...(target?.CapacityReservationId && { targetId: target.CapacityReservationId }),
      },
    }),
  };
}

/** A fork runs what ran. */
function stateOf(name: string | undefined, inFork: boolean): InstanceState {
  switch (name) {
    case 'pending':
      return inFork ? 'running' : 'pending';
    case 'running':
      return 'running';
    case 'terminated':
    case 'shutting-down':
      return 'terminated';
    default:
      return 'stopped';
  }
}
