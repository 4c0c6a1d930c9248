/**
 * What went by one table goes by another. The main association moves too: the other table is the VPC's main one then.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ReplaceRouteTableAssociation.html
 */
import { missingFor } from '../../../../invoke/verdict.ts';
import { ec2 } from '../../ec2.ts';
import { newId, ownResourceCheck, requireResource } from '../../resource/kind.ts';
import { routeTables } from '../networked.ts';
import { associatedChecks, associationNotFound, findAssociation, requireSameVpc } from './association.ts';
import { routeTableKind } from './route-table.ts';

const ACTION = 'ec2:ReplaceRouteTableAssociation';

export default ec2.operation('ReplaceRouteTableAssociation', {
  async checks(context, { AssociationId: id, RouteTableId }) {
    const present = await findAssociation(context.tx, context, (each) => each.id === id);
    const routeTable = await ownResourceCheck(context, routeTableKind, ACTION, RouteTableId);
    return {
      routeTable: missingFor(routeTable, present ? undefined : associationNotFound(id)),
      ...(await associatedChecks(context, ACTION, present?.association ?? {})),
    };
  },
  async preconditions(context, { AssociationId: id }, { routeTable: { record: table } }) {
    const present = await findAssociation(context.tx, context, (each) => each.id === id);
    requireSameVpc(table, ['association', id, present?.table.vpcId]);
  },
  async execute(context, { AssociationId: id }, { routeTable: { record } }) {
    const { tx, entropy } = context;
    const { table: former, association } = (await findAssociation(tx, context, (each) => each.id === id))!;
    const kept = former.associations.filter((each) => each.id !== id);
    await routeTables.put(tx, { ...former, associations: kept });
    // The table may be the one that it has been.
    const table = await requireResource(tx, routeTableKind, record, record.id);
    const moved = { ...association, id: newId(entropy, 'rtbassoc') };
    await routeTables.put(tx, { ...table, associations: [...table.associations, moved] });
    return { NewAssociationId: moved.id, AssociationState: { State: 'associated' } };
  },
});
