/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_EnableVgwRoutePropagation.html */
import { ec2 } from '../../ec2.ts';
import { routeTables } from '../networked.ts';
import { requireAttached } from '../vpn-gateway/vpn-gateway.ts';
import { othersThan, propagationChecks } from './propagation.ts';

export default ec2.operation('EnableVgwRoutePropagation', {
  checks: (context, input) => propagationChecks(context, 'ec2:EnableVgwRoutePropagation', input),
  preconditions(_context, _input, { gateway, routeTable }) {
    requireAttached(gateway.record, routeTable.record.vpcId);
  },
  async execute({ tx }, _input, { gateway, routeTable: { record: table } }) {
    const { id } = gateway.record;
    await routeTables.put(tx, { ...table, propagatingGatewayIds: [...othersThan(table, id), id] });
    return {};
  },
});
