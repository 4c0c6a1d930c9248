/** Without pages: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpnConnections.html */
import { describeResources } from '../../describe/describe.ts';
import { ec2 } from '../../ec2.ts';
import { accountCheck } from '../../resource/kind.ts';
import { showVpnConnection, vpnConnectionFilters, vpnConnectionKind } from './vpn-connection.ts';

export default ec2.operation('DescribeVpnConnections', {
  readOnly: true,
  checks: (context) => ({ describe: accountCheck(context, 'ec2:DescribeVpnConnections') }),
  async execute(context, input) {
    const { items } = await describeResources(context.tx, context, {
      kind: vpnConnectionKind,
      ids: input.VpnConnectionIds,
      idsName: 'vpnConnectionIds',
      filters: input.Filters,
      fields: vpnConnectionFilters,
    });
    return { VpnConnections: await Promise.all(items.map((each) => showVpnConnection(context, each))) };
  },
});
