/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ReplaceRoute.html */
import { AwsError } from '../../../../aws/aws-error.ts';
import type { ReplaceRouteRequest } from '../../../../shapes/generated/ec2.ts';
import type { ReadTransaction } from '../../../../store/store.ts';
import { ec2 } from '../../ec2.ts';
import { ownResourceCheck } from '../../resource/kind.ts';
import { isLocal, localRoute, type RouteRecord, type RouteTableRecord } from '../network-records.ts';
import { routeTables } from '../networked.ts';
import {
  requestedDestination,
  requestedRoute,
  requestedTarget,
  requireNoTarget,
  UNSERVED_TARGETS,
} from './route-request.ts';
import { routeTableKind } from './route-table.ts';

export default ec2.operation('ReplaceRoute', {
  unserved: UNSERVED_TARGETS,
  async checks(context, input) {
    requestedDestination(input);
    if (input.LocalTarget) requireNoTarget(input);
    else requestedTarget(input);
    const action = 'ec2:ReplaceRoute';
    return { routeTable: await ownResourceCheck(context, routeTableKind, action, input.RouteTableId) };
  },
  async preconditions(context, input, { routeTable: { record } }) {
    await replacement(context.tx, record, input);
  },
  async execute(context, input, { routeTable: { record } }) {
    const route = await replacement(context.tx, record, input);
    const routes = record.routes.map((each) => (each.destination === route.destination ? route : each));
    await routeTables.put(context.tx, { ...record, routes });
    return {};
  },
});

/** What takes the place of a route: a local one stays local, wherever it leads, and may lead into the VPC again. */
async function replacement(
  tx: ReadTransaction,
  table: RouteTableRecord,
  input: ReplaceRouteRequest,
): Promise<RouteRecord> {
  const destination = requestedDestination(input);
  const current = table.routes.find((each) => each.destination === destination);
  if (input.LocalTarget) {
    if (current && isLocal(current)) return localRoute(destination);
    throw new AwsError(
      'InvalidParameterValue',
      'local-target only allowed with network local destination CIDRs',
    );
  }
  const route = await requestedRoute(tx, table, input);
  if (current) return { ...route, origin: current.origin };
  throw new AwsError(
    'InvalidParameterValue',
    `There is no route defined for '${destination}' in the route table. Use CreateRoute instead.`,
  );
}
