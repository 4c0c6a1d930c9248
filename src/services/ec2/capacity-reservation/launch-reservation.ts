/** Which Capacity Reservation an instance runs in: the one that it names, an open one that matches, or none (aws-facts F35). */
import { AwsError } from '../../../aws/aws-error.ts';
import type { Scope } from '../../../aws/scope.ts';
import type { CapacityReservationSpecification } from '../../../shapes/generated/ec2.ts';
import type { ReadTransaction } from '../../../store/store.ts';
import type { InstanceRecord } from '../instance/instance.ts';
import { findResource, listResources, requireId, requireResource } from '../resource/kind.ts';
import { notServed } from '../resource/unserved.ts';
import {
  type CapacityReservationRecord,
  capacityReservationKind,
  usedCount,
} from './capacity-reservation.ts';

export type ReservationChoice = NonNullable<InstanceRecord['reservationChoice']>;

/** What a reservation must have in common with an instance. */
export interface Wanted extends Scope {
  /** Spot Instances run in none. */
  readonly isSpot: boolean;
  readonly type: string;
  readonly zone: string;
  readonly tenancy: string;
  readonly platform?: 'windows';
}

export const wantedOf = (instance: InstanceRecord): Wanted => ({
  ...instance,
  isSpot: instance.spotRequestId !== undefined,
});

/** What a request says; undefined where it leaves it to chance, as AWS does by default. */
export function reservationChoice(
  specification: CapacityReservationSpecification | undefined,
): ReservationChoice | undefined {
  const { CapacityReservationPreference: preference, CapacityReservationTarget: target } =
    specification ?? {};
  const { CapacityReservationId: id, CapacityReservationResourceGroupArn: group } = target ?? {};
  if (group) throw notServed('CapacityReservationResourceGroupArn');
  if (id && preference && preference !== 'capacity-reservations-only') {
    throw new AwsError(
      'InvalidParameterCombination',
      'The parameters CapacityReservationPreference and CapacityReservationTarget may not be used together.',
    );
  }
  if (id) return { targetId: id };
  return preference && preference !== 'open' ? { preference } : undefined;
}

const platformOf = ({ platform }: Wanted) => (platform === 'windows' ? 'Windows' : 'Linux/UNIX');

const isFor = (reservation: CapacityReservationRecord, wanted: Wanted): boolean =>
  reservation.state === 'active' &&
  reservation.instanceType === wanted.type &&
  reservation.zone === wanted.zone &&
  reservation.tenancy === wanted.tenancy &&
  reservation.platform === platformOf(wanted);

const exhausted = (message: string) => new AwsError('ReservationCapacityExceeded', message);

/** The reservation for one more instance. Throws where the instance runs in one or not at all, and there is no room. */
export async function reservationFor(
  tx: ReadTransaction,
  wanted: Wanted,
  choice: ReservationChoice | undefined,
): Promise<string | undefined> {
  if (wanted.isSpot || choice?.preference === 'none') return undefined;
  if (choice?.targetId) {
    await requireTarget(tx, wanted, choice.targetId, 1);
    return choice.targetId;
  }
  const all = await listResources(tx, capacityReservationKind, wanted);
  const open = all.filter((each) => each.matchCriteria === 'open' && isFor(each, wanted));
  for (const each of open.sort((one, other) => one.createdAtMs - other.createdAtMs)) {
    if ((await usedCount(tx, each)) < each.count) return each.id;
  }
  if (choice?.preference !== 'capacity-reservations-only') return undefined;
  throw exhausted('The requested capacity is not available in any capacity reservation.');
}

/** How many more a reservation has room for; none where it is not there or has ended. */
export async function roomInReservation(tx: ReadTransaction, scope: Scope, id: string): Promise<number> {
  const reservation = await findResource(tx, capacityReservationKind, scope, id);
  return reservation?.state === 'active' ? reservation.count - (await usedCount(tx, reservation)) : 0;
}

/** Throws where the reservation that is named has no room for so many, or is for others. */
export async function requireTarget(
  tx: ReadTransaction,
  wanted: Wanted,
  id: string,
  count: number,
): Promise<void> {
  requireId(capacityReservationKind, id);
  const reservation = await requireResource(tx, capacityReservationKind, wanted, id);
  if (!isFor(reservation, wanted)) {
    throw new AwsError(
      'InvalidLaunchTargets',
      `The capacity reservation '${id}' is ${reservation.state} and for ${reservation.instanceType} ` +
        `(${reservation.platform}, ${reservation.tenancy}) in ${reservation.zone}. The instances are ${wanted.type} ` +
        `(${platformOf(wanted)}, ${wanted.tenancy}) in ${wanted.zone}.`,
    );
  }
  if ((await roomInReservation(tx, wanted, id)) >= count) return;
  throw exhausted(
    `The targeted Capacity Reservation ${id} does not have enough available instance capacity to fulfill your request.`,
  );
}
