/** To an internet or a NAT gateway: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateRoute.html */
import { AwsError } from '../../../../aws/aws-error.ts';
import { ec2 } from '../../ec2.ts';
import { ownResourceCheck } from '../../resource/kind.ts';
import { routeTables } from '../networked.ts';
import { requestedRoute, requireTarget, UNSERVED_ROUTES } from './route-request.ts';
import { routeTableKind } from './route-table.ts';

export default ec2.operation('CreateRoute', {
  unserved: UNSERVED_ROUTES,
  async checks(context, input) {
    requestedRoute(input);
    const action = 'ec2:CreateRoute';
    return { routeTable: await ownResourceCheck(context, routeTableKind, action, input.RouteTableId) };
  },
  async preconditions(context, input, { routeTable: { record } }) {
    const route = requestedRoute(input);
    await requireTarget(context.tx, record, route);
    const { destination } = route;
    if (!record.routes.some((each) => each.destination === destination)) return;
    throw new AwsError('RouteAlreadyExists', `The route identified by ${destination} already exists.`);
  },
  async execute(context, input, { routeTable: { record } }) {
    const routes = [...record.routes, requestedRoute(input)];
    await routeTables.put(context.tx, { ...record, routes });
    return { Return: true };
  },
});
