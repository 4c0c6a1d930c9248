/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisableVgwRoutePropagation.html */
import { ec2 } from '../../ec2.ts';
import { routeTables } from '../networked.ts';
import { othersThan, propagationChecks } from './propagation.ts';

export default ec2.operation('DisableVgwRoutePropagation', {
  checks: (context, input) => propagationChecks(context, 'ec2:DisableVgwRoutePropagation', input),
  async execute({ tx }, _input, { gateway, routeTable: { record: table } }) {
    await routeTables.put(tx, { ...table, propagatingGatewayIds: othersThan(table, gateway.record.id) });
    return {};
  },
});
