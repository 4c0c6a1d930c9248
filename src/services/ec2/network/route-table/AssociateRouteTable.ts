/** With a subnet: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateRouteTable.html. Gateways are not served. */
import { AwsError } from '../../../../aws/aws-error.ts';
import { ec2 } from '../../ec2.ts';
import { newId, ownResourceCheck } from '../../resource/kind.ts';
import { routeTables } from '../networked.ts';
import { subnetKind } from '../subnet/subnet.ts';
import { routeTableKind } from './route-table.ts';

const ACTION = 'ec2:AssociateRouteTable';

export default ec2.operation('AssociateRouteTable', {
  async checks(context, input) {
    if (!input.SubnetId) {
      throw input.GatewayId || input.PublicIpv4Pool
        ? new AwsError('UnsupportedOperation', 'Latchkey does not serve route tables of gateways.')
        : new AwsError('MissingParameter', 'Either subnetId or gatewayId is required');
    }
    return {
      routeTable: await ownResourceCheck(context, routeTableKind, ACTION, input.RouteTableId),
      subnet: await ownResourceCheck(context, subnetKind, ACTION, input.SubnetId),
    };
  },
  async preconditions(context, _input, { routeTable: { record: routeTable }, subnet: { record: subnet } }) {
    if (routeTable.vpcId !== subnet.vpcId) {
      throw new AwsError(
        'InvalidParameterValue',
        `Route table ${routeTable.id} and subnet ${subnet.id} belong to different networks`,
      );
    }
    const tables = await routeTables.list(context.tx, context);
    const other = tables.find(({ associations }) =>
      associations.some(({ subnetId }) => subnetId === subnet.id),
    );
    if (!other) return;
    const { id } = other.associations.find(({ subnetId }) => subnetId === subnet.id)!;
    throw new AwsError(
      'Resource.AlreadyAssociated',
      `the specified association for route table ${other.id} conflicts with an existing association: ${id}`,
    );
  },
  async execute(context, _input, { routeTable: { record }, subnet }) {
    const association = { id: newId(context.entropy, 'rtbassoc'), isMain: false, subnetId: subnet.record.id };
    await routeTables.put(context.tx, { ...record, associations: [...record.associations, association] });
    return { AssociationId: association.id, AssociationState: { State: 'associated' } };
  },
});
