/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpnConnectionOptions.html */
import { ec2 } from '../../ec2.ts';
import { attributeConditions } from '../../resource/attribute-conditions.ts';
import { ownResourceCheck } from '../../resource/kind.ts';
import { requireBlocks, requireThere, showVpnConnection, vpnConnectionKind } from './vpn-connection.ts';

export default ec2.operation('ModifyVpnConnectionOptions', {
  unserved: ['LocalIpv6NetworkCidr', 'RemoteIpv6NetworkCidr'],
  async checks(context, { VpnConnectionId: id, ...changes }) {
    requireBlocks(changes);
    const action = 'ec2:ModifyVpnConnectionOptions';
    const { LocalIpv4NetworkCidr, RemoteIpv4NetworkCidr, TunnelBandwidth } = changes;
    const conditions = () =>
      attributeConditions({ LocalIpv4NetworkCidr, RemoteIpv4NetworkCidr, TunnelBandwidth });
    return { connection: await ownResourceCheck(context, vpnConnectionKind, action, id, conditions) };
  },
  preconditions: (_context, _input, { connection: { record } }) => requireThere(record),
  async execute(context, input, { connection: { record } }) {
    const { cidrs, tunnelBandwidth } = record;
    const changed = {
      ...record,
      cidrs: {
        LocalIpv4NetworkCidr: input.LocalIpv4NetworkCidr ?? cidrs.LocalIpv4NetworkCidr,
        RemoteIpv4NetworkCidr: input.RemoteIpv4NetworkCidr ?? cidrs.RemoteIpv4NetworkCidr,
      },
      tunnelBandwidth: input.TunnelBandwidth ?? tunnelBandwidth,
    };
    await vpnConnectionKind.records.put(context.tx, changed);
    return { VpnConnection: await showVpnConnection(context, changed) };
  },
});
