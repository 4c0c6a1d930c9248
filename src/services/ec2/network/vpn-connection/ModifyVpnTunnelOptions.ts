/** One tunnel at a time: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpnTunnelOptions.html */
import { AwsError } from '../../../../aws/aws-error.ts';
import { ec2 } from '../../ec2.ts';
import { ownResourceCheck } from '../../resource/kind.ts';
import { changedTunnel, requireTunnelOptions } from './tunnel.ts';
import { requireThere, showVpnConnection, vpnConnectionKind } from './vpn-connection.ts';

export default ec2.operation('ModifyVpnTunnelOptions', {
  unserved: [['PreSharedKeyStorage', 'Standard']],
  checks: async (context, { VpnConnectionId: id }) => ({
    connection: await ownResourceCheck(context, vpnConnectionKind, 'ec2:ModifyVpnTunnelOptions', id),
  }),
  preconditions(
    _context,
    { VpnTunnelOutsideIpAddress: ip, TunnelOptions: options },
    { connection: { record } },
  ) {
    requireThere(record);
    if (!record.tunnels.some(({ OutsideIpAddress }) => OutsideIpAddress === ip)) {
      throw new AwsError('InvalidParameterValue', `The connection ${record.id} has no tunnel at ${ip}.`);
    }
    const others = record.tunnels.filter(({ OutsideIpAddress }) => OutsideIpAddress !== ip);
    requireTunnelOptions(
      options,
      others.map(({ TunnelInsideCidr }) => TunnelInsideCidr),
    );
  },
  async execute(context, { VpnTunnelOutsideIpAddress: ip, TunnelOptions }, { connection: { record } }) {
    const tunnels = record.tunnels.map((each) =>
      each.OutsideIpAddress === ip ? changedTunnel(context, each, TunnelOptions) : each,
    );
    const changed = { ...record, tunnels };
    await vpnConnectionKind.records.put(context.tx, changed);
    return { VpnConnection: await showVpnConnection(context, changed) };
  },
});
