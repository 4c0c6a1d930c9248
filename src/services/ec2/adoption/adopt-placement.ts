/** What instances of real accounts are launched with and into: key pairs (their names; no key is read), placement groups, reservations. */
import { type AdoptKind, adoptedKind } from '../../../invoke/imported/adopted-kind.ts';
import { timeOf } from '../../../invoke/imported/described.ts';
import type { CapacityReservation, KeyPairInfo, PlacementGroup } from '../../../shapes/generated/ec2.ts';
import {
  type CapacityReservationRecord,
  capacityReservationKind,
} from '../capacity-reservation/capacity-reservation.ts';
import { type KeyPairRecord, keyPairKind } from '../key-pair/key-pair.ts';
import { type PlacementGroupRecord, placementGroupKind } from '../placement-group/placement-group.ts';
import { owned } from './owned.ts';

export const PLACEMENT: readonly AdoptKind[] = [
  adoptedKind<KeyPairInfo, KeyPairRecord>(
    'ec2:DescribeKeyPairs',
    'KeyPairs',
    keyPairKind.records,
    (pair, scope) => ({
      ...owned(scope, pair.KeyPairId, pair.Tags),
      name: pair.KeyName ?? '',
      type: pair.KeyType === 'ed25519' ? 'ed25519' : 'rsa',
      fingerprint: pair.KeyFingerprint ?? '',
      publicKey: pair.PublicKey ?? '',
      createdAtMs: timeOf(pair.CreateTime),
    }),
  ),
  adoptedKind<PlacementGroup, PlacementGroupRecord>(
    'ec2:DescribePlacementGroups',
    'PlacementGroups',
    placementGroupKind.records,
    (group, scope) => ({
      ...owned(scope, group.GroupId, group.Tags),
      name: group.GroupName ?? '',
      strategy: (group.Strategy ?? 'cluster') as PlacementGroupRecord['strategy'],
      partitions: group.PartitionCount,
    }),
  ),
  adoptedKind<CapacityReservation, CapacityReservationRecord>(
    'ec2:DescribeCapacityReservations',
    'CapacityReservations',
    capacityReservationKind.records,
    capacityReservationOf,
  ),
];

/** Undefined where another account shares it: nobody here changes it. */
function capacityReservationOf(
  reservation: CapacityReservation,
  scope: Parameters<AdoptKind>[1],
): CapacityReservationRecord | undefined {
  if (reservation.OwnerId !== undefined && reservation.OwnerId !== scope.account) return undefined;
  const { State: state } = reservation;
  return {
    ...owned(scope, reservation.CapacityReservationId, reservation.Tags),
    instanceType: reservation.InstanceType ?? '',
    platform: reservation.InstancePlatform ?? 'Linux/UNIX',
    zone: reservation.AvailabilityZone ?? `${scope.region}a`,
    zoneId: reservation.AvailabilityZoneId ?? '',
    tenancy: reservation.Tenancy === 'dedicated' ? 'dedicated' : 'default',
    count: reservation.TotalInstanceCount ?? 0,
    ebsOptimized: reservation.EbsOptimized ?? false,
    ephemeralStorage: reservation.EphemeralStorage ?? false,
    matchCriteria: reservation.InstanceMatchCriteria === 'targeted' ? 'targeted' : 'open',
    state: state === 'cancelled' || state === 'expired' ? state : 'active',
    createdAtMs: timeOf(reservation.CreateDate ?? reservation.StartDate),
    ...(reservation.EndDate !== undefined && { endsAtMs: timeOf(reservation.EndDate) }),
  };
}
