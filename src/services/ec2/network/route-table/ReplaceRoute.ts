/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ReplaceRoute.html */
import { AwsError } from '../../../../aws/aws-error.ts';
import { ec2 } from '../../ec2.ts';
import { ownResourceCheck } from '../../resource/kind.ts';
import { routeTables } from '../networked.ts';
import { requestedDestination, requestedRoute, requestedTarget, UNSERVED_TARGETS } from './route-request.ts';
import { routeTableKind } from './route-table.ts';

export default ec2.operation('ReplaceRoute', {
  unserved: [...UNSERVED_TARGETS, 'LocalTarget'],
  async checks(context, input) {
    requestedDestination(input);
    requestedTarget(input);
    const action = 'ec2:ReplaceRoute';
    return { routeTable: await ownResourceCheck(context, routeTableKind, action, input.RouteTableId) };
  },
  async preconditions(context, input, { routeTable: { record } }) {
    const route = await requestedRoute(context.tx, record, input);
    const current = record.routes.find(({ destination }) => destination === route.destination);
    if (!current) {
      throw new AwsError(
        'InvalidParameterValue',
        `There is no route defined for '${route.destination}' in the route table. Use CreateRoute instead.`,
      );
    }
    if (current.gatewayId !== 'local') return;
    throw new AwsError(
      'InvalidParameterValue',
      `cannot replace local route ${route.destination} in route table ${record.id}`,
    );
  },
  async execute(context, input, { routeTable: { record } }) {
    const route = await requestedRoute(context.tx, record, input);
    const routes = record.routes.map((each) => (each.destination === route.destination ? route : each));
    await routeTables.put(context.tx, { ...record, routes });
    return {};
  },
});
