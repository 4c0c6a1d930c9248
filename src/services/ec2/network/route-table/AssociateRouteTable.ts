/** With a subnet or a gateway: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateRouteTable.html */
import { AwsError } from '../../../../aws/aws-error.ts';
import { ec2 } from '../../ec2.ts';
import { newId, ownResourceCheck } from '../../resource/kind.ts';
import { routeTables } from '../networked.ts';
import { associatedChecks, findAssociation, requireSameVpc, vpcIdOf } from './association.ts';
import { routeTableKind } from './route-table.ts';

const ACTION = 'ec2:AssociateRouteTable';

export default ec2.operation('AssociateRouteTable', {
  unserved: ['PublicIpv4Pool'],
  async checks(context, { SubnetId: subnetId, GatewayId: gatewayId, RouteTableId }) {
    if (subnetId && gatewayId) {
      throw new AwsError(
        'InvalidParameterCombination',
        'Only one of the parameters subnetId and gatewayId may be specified',
      );
    }
    if (!subnetId && !gatewayId) {
      throw new AwsError('MissingParameter', 'Either subnetId or gatewayId is required');
    }
    return {
      routeTable: await ownResourceCheck(context, routeTableKind, ACTION, RouteTableId),
      ...(await associatedChecks(context, ACTION, { subnetId, gatewayId })),
    };
  },
  async preconditions(context, _input, { routeTable: { record: table }, subnet, gateway }) {
    if (subnet) requireSameVpc(table, ['subnet', subnet.record.id, subnet.record.vpcId]);
    if (gateway) requireSameVpc(table, ['network gateway', gateway.record.id, vpcIdOf(gateway.record)]);
    const id = (subnet ?? gateway)!.record.id;
    const present = await findAssociation(
      context.tx,
      context,
      ({ subnetId, gatewayId }) => (subnetId ?? gatewayId) === id,
    );
    if (!present) return;
    throw new AwsError(
      'Resource.AlreadyAssociated',
      `the specified association for route table ${present.table.id} conflicts with an existing association: ${present.association.id}`,
    );
  },
  async execute(context, _input, { routeTable: { record }, subnet, gateway }) {
    const association = {
      id: newId(context.entropy, 'rtbassoc'),
      isMain: false,
      subnetId: subnet?.record.id,
      gatewayId: gateway?.record.id,
    };
    await routeTables.put(context.tx, { ...record, associations: [...record.associations, association] });
    return { AssociationId: association.id, AssociationState: { State: 'associated' } };
  },
});
