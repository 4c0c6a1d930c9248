/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNatGateways.html */
import { describeResources } from '../../describe/describe.ts';
import { ec2 } from '../../ec2.ts';
import { accountCheck } from '../../resource/kind.ts';
import { natGatewayFilters, natGatewayKind, showNatGateway } from './nat-gateway.ts';

export default ec2.operation('DescribeNatGateways', {
  readOnly: true,
  checks: (context) => ({ describe: accountCheck(context, 'ec2:DescribeNatGateways') }),
  async execute(context, input) {
    const page = await describeResources(context.tx, context, {
      kind: natGatewayKind,
      ids: input.NatGatewayIds,
      idsName: 'natGatewayIds',
      filters: input.Filter,
      fields: natGatewayFilters,
      page: input,
    });
    return { NatGateways: page.items.map(showNatGateway), NextToken: page.nextToken };
  },
});
