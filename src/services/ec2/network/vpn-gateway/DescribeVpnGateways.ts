/** Without pages: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpnGateways.html */
import { describeResources } from '../../describe/describe.ts';
import { ec2 } from '../../ec2.ts';
import { accountCheck } from '../../resource/kind.ts';
import { showVpnGateway, vpnGatewayFilters, vpnGatewayKind } from './vpn-gateway.ts';

export default ec2.operation('DescribeVpnGateways', {
  readOnly: true,
  checks: (context) => ({ describe: accountCheck(context, 'ec2:DescribeVpnGateways') }),
  async execute(context, input) {
    const { items } = await describeResources(context.tx, context, {
      kind: vpnGatewayKind,
      ids: input.VpnGatewayIds,
      idsName: 'vpnGatewayIds',
      filters: input.Filters,
      fields: vpnGatewayFilters,
    });
    return { VpnGateways: items.map(showVpnGateway) };
  },
});
