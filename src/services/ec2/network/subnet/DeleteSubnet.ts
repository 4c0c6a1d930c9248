/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSubnet.html */
import { AwsError } from '../../../../aws/aws-error.ts';
import { ec2 } from '../../ec2.ts';
import { ec2Arn } from '../../resource/arn.ts';
import { ownResourceCheck } from '../../resource/kind.ts';
import { removeExclusionOf } from '../block-public-access/block-public-access.ts';
import { networkInterfaces } from '../network-interface/network-interface.ts';
import { subnets } from '../networked.ts';
import { dropAssociations } from '../route-table/association.ts';
import { dropReservations } from '../subnet-cidr-reservation/subnet-cidr-reservation.ts';
import { subnetKind } from './subnet.ts';

export default ec2.operation('DeleteSubnet', {
  async checks(context, input) {
    return { subnet: await ownResourceCheck(context, subnetKind, 'ec2:DeleteSubnet', input.SubnetId) };
  },
  async preconditions({ tx }, _input, { subnet: { record } }) {
    const prefix = [record.account, record.region, record.id];
    const [used] = await tx.find(networkInterfaces, 'subnet', { prefix, limit: 1 });
    if (!used) return;
    throw new AwsError(
      'DependencyViolation',
      `The subnet '${record.id}' has dependencies and cannot be deleted.`,
    );
  },
  async execute(context, _input, { subnet: { record } }) {
    const { tx } = context;
    await removeExclusionOf(tx, ec2Arn(record, 'subnet', record.id));
    await dropReservations(tx, record);
    await subnets.remove(tx, record);
    await dropAssociations(tx, record, ({ subnetId }) => subnetId === record.id);
    return {};
  },
});
