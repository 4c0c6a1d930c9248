/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetCapacityReservationUsage.html */
import { pageOf } from '../describe/page.ts';
import { ec2 } from '../ec2.ts';
import { ownResourceCheck } from '../resource/kind.ts';
import { capacityReservationKind, showReservation, usedCount } from './capacity-reservation.ts';

export default ec2.operation('GetCapacityReservationUsage', {
  readOnly: true,
  async checks(context, { CapacityReservationId: id }) {
    const action = 'ec2:GetCapacityReservationUsage';
    return { reservation: await ownResourceCheck(context, capacityReservationKind, action, id) };
  },
  async execute({ tx }, input, { reservation: { record } }) {
    const used = await usedCount(tx, record);
    const shown = showReservation(record, used);
    const usages = used > 0 ? [{ AccountId: record.account, UsedInstanceCount: used }] : [];
    const page = pageOf(usages, ({ AccountId }) => AccountId, input, { min: 1 });
    return {
      CapacityReservationId: record.id,
      InstanceType: record.instanceType,
      TotalInstanceCount: shown.TotalInstanceCount,
      AvailableInstanceCount: shown.AvailableInstanceCount,
      State: record.state,
      InstanceUsages: [...page.items],
      NextToken: page.nextToken,
    };
  },
});
