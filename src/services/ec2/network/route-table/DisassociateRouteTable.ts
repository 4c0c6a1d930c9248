/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisassociateRouteTable.html */
import { AwsError } from '../../../../aws/aws-error.ts';
import { ec2 } from '../../ec2.ts';
import { routeTables } from '../networked.ts';
import { associationCheck } from '../resource-association.ts';
import { associationNotFound, findAssociation } from './association.ts';
import { routeTableKind } from './route-table.ts';

const ACTION = 'ec2:DisassociateRouteTable';

export default ec2.operation('DisassociateRouteTable', {
  async checks(context, { AssociationId: id }) {
    const found = await findAssociation(context.tx, context, (each) => each.id === id);
    const missing = associationNotFound(id);
    return { routeTable: await associationCheck(context, routeTableKind, ACTION, found?.table.id, missing) };
  },
  preconditions(_context, { AssociationId: id }, { routeTable: { record } }) {
    if (!record.associations.find((each) => each.id === id)?.isMain) return;
    throw new AwsError('InvalidParameterValue', 'cannot disassociate the main route table association');
  },
  async execute(context, { AssociationId: id }, { routeTable: { record } }) {
    const associations = record.associations.filter((association) => association.id !== id);
    await routeTables.put(context.tx, { ...record, associations });
    return {};
  },
});
