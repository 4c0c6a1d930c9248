/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyCapacityReservation.html */
import { AwsError } from '../../../aws/aws-error.ts';
import { ec2 } from '../ec2.ts';
import { ownResourceCheck } from '../resource/kind.ts';
import {
  type CapacityReservationRecord,
  capacityReservationKind,
  capacityReservations,
  requireActive,
  usedCount,
} from './capacity-reservation.ts';
import { scheduleEnd } from './end-reservation.ts';
import { requestedEnd, requireCount } from './reservation-request.ts';

export default ec2.operation('ModifyCapacityReservation', {
  unserved: ['Accept', 'AcceptModificationTerms', 'AdditionalInfo', 'QuoteId', 'StartDate'],
  async checks(context, { CapacityReservationId: id }) {
    const action = 'ec2:ModifyCapacityReservation';
    return { reservation: await ownResourceCheck(context, capacityReservationKind, action, id) };
  },
  async preconditions({ tx, nowMs }, input, { reservation: { record } }) {
    requireActive(record);
    requestedEnd(input, nowMs);
    const { InstanceCount: count } = input;
    if (count === undefined) return;
    requireCount(count);
    if (count >= (await usedCount(tx, record))) return;
    throw new AwsError(
      'InvalidParameterValue',
      `Value (${count}) for parameter instanceCount is invalid. More instances run in the capacity reservation.`,
    );
  },
  execute(context, input, { reservation: { record } }) {
    const { EndDate, EndDateType, InstanceCount, InstanceMatchCriteria } = input;
    const saysWhen = EndDate !== undefined || EndDateType !== undefined;
    const changed: CapacityReservationRecord = {
      ...record,
      count: InstanceCount ?? record.count,
      matchCriteria: InstanceMatchCriteria ?? record.matchCriteria,
      endsAtMs: saysWhen ? requestedEnd(input, context.nowMs) : record.endsAtMs,
    };
    context.tx.put(capacityReservations, changed);
    if (saysWhen) scheduleEnd(context, changed);
    return { Return: true };
  },
});
