/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeEgressOnlyInternetGateways.html */
import { describeResources } from '../../describe/describe.ts';
import { ec2 } from '../../ec2.ts';
import { accountCheck } from '../../resource/kind.ts';
import { egressOnlyGatewayKind, showEgressOnlyGateway } from './egress-only-gateway.ts';

export default ec2.operation('DescribeEgressOnlyInternetGateways', {
  readOnly: true,
  checks: (context) => ({ describe: accountCheck(context, 'ec2:DescribeEgressOnlyInternetGateways') }),
  async execute(context, input) {
    const page = await describeResources(context.tx, context, {
      kind: egressOnlyGatewayKind,
      ids: input.EgressOnlyInternetGatewayIds,
      idsName: 'egressOnlyInternetGatewayIds',
      filters: input.Filters,
      fields: {},
      page: input,
      limits: { max: 255 },
    });
    return {
      EgressOnlyInternetGateways: page.items.map(showEgressOnlyGateway),
      NextToken: page.nextToken,
    };
  },
});
