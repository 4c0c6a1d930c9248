/** Instances as AWS groups them: those of one launch together. */

import type { Scope } from '../../../aws/scope.ts';
import type { Reservation } from '../../../shapes/generated/ec2.ts';
import type { ReadTransaction } from '../../../store/store.ts';
import { findResource } from '../resource/kind.ts';
import { type InstanceRecord, instanceKind } from './instance.ts';
import { type InstanceRelations, readInstanceRelations, showInstance } from './show-instance.ts';

/** The reservation of a launch, for its reply. */
export async function showReservation(
  tx: ReadTransaction,
  scope: Scope,
  ids: readonly string[],
): Promise<Reservation> {
  const found = await Promise.all(ids.map((id) => findResource(tx, instanceKind, scope, id)));
  const records = found.filter((record) => record !== undefined);
  const relations = await readInstanceRelations(tx, scope, ids.length === 1 ? ids[0] : undefined);
  return reservationsOf(records, relations)[0] ?? { OwnerId: scope.account, Groups: [], Instances: [] };
}

export function reservationsOf(
  records: readonly InstanceRecord[],
  relations: InstanceRelations,
): Reservation[] {
  const byReservation = new Map<string, InstanceRecord[]>();
  for (const record of records) {
    const group = byReservation.get(record.reservationId);
    if (group) group.push(record);
    else byReservation.set(record.reservationId, [record]);
  }
  return [...byReservation].map(([reservationId, members]) => ({
    ReservationId: reservationId,
    OwnerId: members[0]!.account,
    Groups: [],
    Instances: members
      .sort((one, other) => one.launchIndex - other.launchIndex)
      .map((instance) => showInstance(instance, relations)),
  }));
}
