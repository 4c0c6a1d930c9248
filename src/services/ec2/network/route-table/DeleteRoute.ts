/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteRoute.html */
import { AwsError } from '../../../../aws/aws-error.ts';
import { ec2 } from '../../ec2.ts';
import { ownResourceCheck } from '../../resource/kind.ts';
import { isLocal } from '../network-records.ts';
import { routeTables } from '../networked.ts';
import { requestedDestination } from './route-request.ts';
import { routeTableKind } from './route-table.ts';

export default ec2.operation('DeleteRoute', {
  async checks(context, input) {
    requestedDestination(input);
    const action = 'ec2:DeleteRoute';
    return { routeTable: await ownResourceCheck(context, routeTableKind, action, input.RouteTableId) };
  },
  preconditions(_context, input, { routeTable: { record } }) {
    const destination = requestedDestination(input);
    const route = record.routes.find((each) => each.destination === destination);
    if (!route) {
      throw new AwsError(
        'InvalidRoute.NotFound',
        `no route with ${parameterOf(destination)} ${destination} in route table ${record.id}`,
      );
    }
    if (isLocal(route)) {
      throw new AwsError(
        'InvalidParameterValue',
        `cannot remove local route ${destination} in route table ${record.id}`,
      );
    }
  },
  async execute(context, input, { routeTable: { record } }) {
    const gone = requestedDestination(input);
    const routes = record.routes.filter(({ destination }) => destination !== gone);
    await routeTables.put(context.tx, { ...record, routes });
    return {};
  },
});

const parameterOf = (destination: string): string =>
  destination.startsWith('pl-')
    ? 'destination-prefix-list-id'
    : destination.includes(':')
      ? 'destination-ipv6-cidr-block'
      : 'destination-cidr-block';
