/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateRoute.html */
import { AwsError } from '../../../../aws/aws-error.ts';
import { ec2 } from '../../ec2.ts';
import { ownResourceCheck } from '../../resource/kind.ts';
import { routeTables } from '../networked.ts';
import {
  requestedDestination,
  requestedRoute,
  requestedTarget,
  requireRoomForRoute,
  UNSERVED_TARGETS,
} from './route-request.ts';
import { routeTableKind } from './route-table.ts';

export default ec2.operation('CreateRoute', {
  unserved: UNSERVED_TARGETS,
  async checks(context, input) {
    requestedDestination(input);
    requestedTarget(input);
    const action = 'ec2:CreateRoute';
    return { routeTable: await ownResourceCheck(context, routeTableKind, action, input.RouteTableId) };
  },
  async preconditions(context, input, { routeTable: { record } }) {
    const route = await requestedRoute(context.tx, record, input);
    const { destination } = route;
    if (record.routes.some((each) => each.destination === destination)) {
      throw new AwsError('RouteAlreadyExists', `The route identified by ${destination} already exists.`);
    }
    await requireRoomForRoute(context.tx, record, route);
  },
  async execute(context, input, { routeTable: { record } }) {
    const routes = [...record.routes, await requestedRoute(context.tx, record, input)];
    await routeTables.put(context.tx, { ...record, routes });
    return { Return: true };
  },
});
