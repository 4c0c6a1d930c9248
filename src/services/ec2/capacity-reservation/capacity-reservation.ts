/**
 * A Capacity Reservation: room for so many instances of a type in a zone. Capacity never runs out here, but what is
 * launched into a reservation counts (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-capacity-reservations.html).
 */
import { AwsError } from '../../../aws/aws-error.ts';
import type { CapacityReservation } from '../../../shapes/generated/ec2.ts';
import { type ReadTransaction, table } from '../../../store/store.ts';
import { type FilterFields, matchingNothing } from '../describe/filter.ts';
import { instances } from '../instance/instance.ts';
import { ec2Arn } from '../resource/arn.ts';
import { notFoundError, type ResourceRecord, storedKind } from '../resource/kind.ts';
import { secondsText, wholeSeconds } from '../whole-seconds.ts';

export interface CapacityReservationRecord extends ResourceRecord {
  readonly instanceType: string;
  readonly platform: string;
  readonly zone: string;
  readonly zoneId: string;
  readonly tenancy: 'default' | 'dedicated';
  readonly count: number;
  readonly ebsOptimized: boolean;
  readonly ephemeralStorage: boolean;
  /** Whether instances run in it that do not name it. */
  readonly matchCriteria: 'open' | 'targeted';
  readonly state: 'active' | 'cancelled' | 'expired';
  readonly createdAtMs: number;
  /** Until it is cancelled where absent. */
  readonly endsAtMs?: number;
}

export const capacityReservations = table<CapacityReservationRecord>()({
  name: 'ec2.capacity-reservations',
  key: ({ account, region, id }) => [account, region, id],
});

export const capacityReservationKind = storedKind<CapacityReservationRecord>({
  type: 'capacity-reservation',
  prefix: 'cr',
  table: capacityReservations,
  notFound: (ids) => notFoundError('InvalidCapacityReservationId.NotFound', 'capacity reservation ID', ids),
  malformed: (id) =>
    new AwsError('InvalidCapacityReservationId.Malformed', `Invalid id: "${id}" (expecting "cr-...")`),
  conditions: (reservation) => ({
    'ec2:AvailabilityZone': reservation.zone,
    'ec2:AvailabilityZoneId': reservation.zoneId,
    'ec2:InstanceCount': reservation.count,
    'ec2:InstanceMatchCriteria': reservation.matchCriteria,
    'ec2:InstancePlatform': reservation.platform,
    'ec2:InstanceType': reservation.instanceType,
    'ec2:Tenancy': reservation.tenancy,
  }),
});

/** How many instances run in it. */
export async function usedCount(
  tx: ReadTransaction,
  { account, region, id }: CapacityReservationRecord,
): Promise<number> {
  return (await tx.find(instances, 'capacityReservation', { prefix: [account, region, id] })).length;
}

export function requireActive({ id, state }: CapacityReservationRecord): void {
  if (state === 'active') return;
  throw new AwsError(
    'InvalidCapacityReservationState',
    `The capacity reservation '${id}' is not in the 'active' state.`,
  );
}

export async function showReservations(
  tx: ReadTransaction,
  reservations: readonly CapacityReservationRecord[],
): Promise<CapacityReservation[]> {
  const shown: CapacityReservation[] = [];
  for (const reservation of reservations) {
    shown.push(showReservation(reservation, await usedCount(tx, reservation)));
  }
  return shown;
}

export function showReservation(reservation: CapacityReservationRecord, used: number): CapacityReservation {
  const { endsAtMs } = reservation;
  return {
    CapacityReservationId: reservation.id,
    CapacityReservationArn: ec2Arn(reservation, 'capacity-reservation', reservation.id),
    OwnerId: reservation.account,
    InstanceType: reservation.instanceType,
    InstancePlatform: reservation.platform as CapacityReservation['InstancePlatform'],
    AvailabilityZone: reservation.zone,
    AvailabilityZoneId: reservation.zoneId,
    Tenancy: reservation.tenancy,
    TotalInstanceCount: reservation.count,
    AvailableInstanceCount: reservation.state === 'active' ? reservation.count - used : 0,
    EbsOptimized: reservation.ebsOptimized,
    EphemeralStorage: reservation.ephemeralStorage,
    State: reservation.state,
    StartDate: wholeSeconds(reservation.createdAtMs),
    CreateDate: wholeSeconds(reservation.createdAtMs),
    EndDate: wholeSeconds(endsAtMs),
    EndDateType: endsAtMs === undefined ? 'unlimited' : 'limited',
    InstanceMatchCriteria: reservation.matchCriteria,
    ReservationType: 'default',
    CapacityAllocations: used > 0 ? [{ AllocationType: 'used', Count: used }] : [],
    Tags: [...reservation.tags],
  };
}

export const capacityReservationFilters: FilterFields<CapacityReservationRecord> = {
  ...matchingNothing('outpost-arn', 'placement-group-arn'),
  'availability-zone': ({ zone }) => zone,
  'availability-zone-id': ({ zoneId }) => zoneId,
  'end-date': ({ endsAtMs }) => secondsText(endsAtMs),
  'end-date-type': ({ endsAtMs }) => (endsAtMs === undefined ? 'unlimited' : 'limited'),
  'instance-match-criteria': ({ matchCriteria }) => matchCriteria,
  'instance-platform': ({ platform }) => platform,
  'instance-type': ({ instanceType }) => instanceType,
  'owner-id': ({ account }) => account,
  'start-date': ({ createdAtMs }) => secondsText(createdAtMs),
  state: ({ state }) => state,
  tenancy: ({ tenancy }) => tenancy,
};
