/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteRouteTable.html */
import { AwsError } from '../../../../aws/aws-error.ts';
import { ec2 } from '../../ec2.ts';
import { ownResourceCheck } from '../../resource/kind.ts';
import { routeTables } from '../networked.ts';
import { routeTableKind } from './route-table.ts';

export default ec2.operation('DeleteRouteTable', {
  async checks(context, input) {
    const action = 'ec2:DeleteRouteTable';
    return { routeTable: await ownResourceCheck(context, routeTableKind, action, input.RouteTableId) };
  },
  preconditions(_context, _input, { routeTable: { record } }) {
    // The main table among them: it goes with its VPC.
    if (record.associations.length === 0) return;
    throw new AwsError(
      'DependencyViolation',
      `The routeTable '${record.id}' has dependencies and cannot be deleted.`,
    );
  },
  async execute(context, _input, { routeTable: { record } }) {
    await routeTables.remove(context.tx, record);
    return {};
  },
});
