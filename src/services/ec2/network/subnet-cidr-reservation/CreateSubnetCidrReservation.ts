/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSubnetCidrReservation.html */
import { ec2 } from '../../ec2.ts';
import { createdResources } from '../../resource/arn.ts';
import { newId, ownResourceCheck } from '../../resource/kind.ts';
import { taggedCreationCheck, tagsOf } from '../../resource/tag.ts';
import { subnetKind } from '../subnet/subnet.ts';
import {
  requireReservable,
  type SubnetCidrReservationRecord,
  showReservation,
  subnetCidrReservationKind,
} from './subnet-cidr-reservation.ts';

const ACTION = 'ec2:CreateSubnetCidrReservation';

export default ec2.operation('CreateSubnetCidrReservation', {
  checks: async (context, input) => ({
    subnet: await ownResourceCheck(context, subnetKind, ACTION, input.SubnetId),
    // The reservation itself is no resource of the action; that it gets tags has to be allowed.
    tag: taggedCreationCheck(context, ACTION, subnetCidrReservationKind, input, {}).tag,
  }),
  preconditions: ({ tx }, { Cidr }, { subnet: { record } }) => requireReservable(tx, record, Cidr),
  async execute({ account, region, tx, entropy }, input, { subnet: { record: subnet } }) {
    const made: SubnetCidrReservationRecord = {
      account,
      region,
      id: newId(entropy, subnetCidrReservationKind.prefix),
      tags: tagsOf(input, subnetCidrReservationKind.type),
      subnetId: subnet.id,
      cidr: input.Cidr,
      reservationType: input.ReservationType,
      description: input.Description,
    };
    await subnetCidrReservationKind.records.put(tx, made);
    return { SubnetCidrReservation: showReservation(made) };
  },
  audit: {
    resources: (_input, output, context) =>
      createdResources(context, subnetCidrReservationKind.type, [
        output?.SubnetCidrReservation?.SubnetCidrReservationId,
      ]),
  },
});
