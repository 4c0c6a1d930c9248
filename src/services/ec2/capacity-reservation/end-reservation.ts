/** A Capacity Reservation ends, by its date or because it is cancelled. What runs in it goes on without it. */
import type { EffectContext } from '../../../invoke/context.ts';
import { workflow } from '../../../invoke/workflow.ts';
import { workflowRef } from '../../../invoke/workflow-ref.ts';
import { HOUR_MS } from '../../../platform/durations.ts';
import { ec2 } from '../ec2.ts';
import { instances } from '../instance/instance.ts';
import { type CapacityReservationRecord, capacityReservations } from './capacity-reservation.ts';

interface ReservationName {
  readonly reservationId: string;
}

const expireReservationStep = workflowRef<ReservationName>('ec2.capacity-reservation.expire');
const forgetReservationStep = workflowRef<ReservationName>('ec2.capacity-reservation.forget');

export function scheduleEnd(context: EffectContext, { id, endsAtMs }: CapacityReservationRecord): void {
  if (endsAtMs === undefined) return;
  context.schedule(
    expireReservationStep,
    { reservationId: id },
    { delayMs: Math.max(0, endsAtMs - context.nowMs) },
  );
}

export async function endReservation(
  context: EffectContext,
  reservation: CapacityReservationRecord,
  state: 'cancelled' | 'expired',
): Promise<void> {
  const { account, region, id } = reservation;
  for (const each of await context.tx.find(instances, 'capacityReservation', {
    prefix: [account, region, id],
  })) {
    context.tx.put(instances, { ...each, capacityReservationId: undefined });
  }
  context.tx.put(capacityReservations, { ...reservation, state });
  context.schedule(forgetReservationStep, { reservationId: id }, { delayMs: HOUR_MS });
}

export const expireReservationWorkflow = workflow(
  expireReservationStep,
  ec2,
  async (_ctx, { reservationId }) => {
    return async (context) => {
      const { account, region, tx, nowMs } = context;
      const reservation = await tx.get(capacityReservations, [account, region, reservationId]);
      // Its date may have been changed since.
      if (reservation?.state !== 'active' || (reservation.endsAtMs ?? Number.POSITIVE_INFINITY) > nowMs)
        return;
      await endReservation(context, reservation, 'expired');
    };
  },
);

export const forgetReservationWorkflow = workflow(
  forgetReservationStep,
  ec2,
  async (_ctx, { reservationId }) => {
    return async ({ tx, account, region }) =>
      tx.delete(capacityReservations, [account, region, reservationId]);
  },
);
