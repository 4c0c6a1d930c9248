/** Detached, and without VPN connections: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVpnGateway.html */
import { AwsError } from '../../../../aws/aws-error.ts';
import { ec2 } from '../../ec2.ts';
import { ownResourceCheck } from '../../resource/kind.ts';
import { isThere } from '../gateway-life.ts';
import { requireNoConnections } from '../vpn-connection/vpn-connection.ts';
import { attachedVpcId, vpnGatewayKind, vpnGatewayLife } from './vpn-gateway.ts';

export default ec2.operation('DeleteVpnGateway', {
  async checks(context, { VpnGatewayId: id }) {
    return { gateway: await ownResourceCheck(context, vpnGatewayKind, 'ec2:DeleteVpnGateway', id) };
  },
  async preconditions({ tx }, _input, { gateway: { record } }) {
    const vpcId = attachedVpcId(record);
    if (vpcId) {
      throw new AwsError('IncorrectState', `The vpnGateway '${record.id}' is attached to network ${vpcId}.`);
    }
    await requireNoConnections(tx, record, 'vpnGatewayId');
  },
  async execute(context, _input, { gateway: { record } }) {
    if (!isThere(record)) return {};
    await vpnGatewayKind.records.put(context.tx, { ...record, state: 'deleting' });
    context.schedule(vpnGatewayLife.settleStep, { gatewayId: record.id });
    return {};
  },
});
