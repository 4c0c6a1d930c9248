/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVpnConnection.html */
import { ec2 } from '../../ec2.ts';
import { ownResourceCheck } from '../../resource/kind.ts';
import { isThere } from '../gateway-life.ts';
import { vpnConnectionKind, vpnConnectionLife } from './vpn-connection.ts';

export default ec2.operation('DeleteVpnConnection', {
  checks: async (context, { VpnConnectionId: id }) => ({
    connection: await ownResourceCheck(context, vpnConnectionKind, 'ec2:DeleteVpnConnection', id),
  }),
  async execute(context, _input, { connection: { record } }) {
    if (!isThere(record)) return {};
    await vpnConnectionKind.records.put(context.tx, { ...record, state: 'deleting' });
    context.schedule(vpnConnectionLife.settleStep, { gatewayId: record.id });
    return {};
  },
});
