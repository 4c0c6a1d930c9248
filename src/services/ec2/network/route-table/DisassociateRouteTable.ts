/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisassociateRouteTable.html */
import { AwsError } from '../../../../aws/aws-error.ts';
import type { Check } from '../../../../invoke/verdict.ts';
import { ec2 } from '../../ec2.ts';
import { accountCheck, ownResourceCheck } from '../../resource/kind.ts';
import type { RouteTableRecord } from '../network-records.ts';
import { routeTables } from '../networked.ts';
import { routeTableKind } from './route-table.ts';

const ACTION = 'ec2:DisassociateRouteTable';

export default ec2.operation('DisassociateRouteTable', {
  async checks(context, { AssociationId: id }) {
    const tables = await routeTables.list(context.tx, context);
    const found = tables.find(({ associations }) => associations.some((each) => each.id === id));
    const missing = new AwsError(
      'InvalidAssociationID.NotFound',
      `The association ID '${id}' does not exist`,
    );
    const routeTable: Check<RouteTableRecord> = found
      ? await ownResourceCheck(context, routeTableKind, ACTION, found.id)
      : { ...accountCheck(context, ACTION), record: undefined, missing };
    return { routeTable };
  },
  preconditions(_context, { AssociationId: id }, { routeTable: { record } }) {
    if (!record.associations.find((each) => each.id === id)?.isMain) return;
    throw new AwsError('InvalidParameterValue', 'cannot disassociate the main route table association');
  },
  async execute(context, { AssociationId: id }, { routeTable: { record } }) {
    await routeTables.put(context.tx, {
      ...record,
      associations: record.associations.filter((association) => association.id !== id),
    });
    return {};
  },
});
