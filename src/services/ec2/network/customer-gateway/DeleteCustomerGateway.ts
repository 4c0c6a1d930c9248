/** Its VPN connections are deleted before: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteCustomerGateway.html */
import { ec2 } from '../../ec2.ts';
import { ownResourceCheck } from '../../resource/kind.ts';
import { isThere } from '../gateway-life.ts';
import { requireNoConnections } from '../vpn-connection/vpn-connection.ts';
import { customerGatewayKind, customerGatewayLife } from './customer-gateway.ts';

export default ec2.operation('DeleteCustomerGateway', {
  async checks(context, { CustomerGatewayId: id }) {
    return { gateway: await ownResourceCheck(context, customerGatewayKind, 'ec2:DeleteCustomerGateway', id) };
  },
  async preconditions({ tx }, _input, { gateway: { record } }) {
    await requireNoConnections(tx, record, 'customerGatewayId');
  },
  async execute(context, _input, { gateway: { record } }) {
    if (!isThere(record)) return {};
    await customerGatewayKind.records.put(context.tx, { ...record, state: 'deleting' });
    context.schedule(customerGatewayLife.settleStep, { gatewayId: record.id });
    return {};
  },
});
