/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInternetGateways.html */
import { describeResources } from '../../describe/describe.ts';
import { ec2 } from '../../ec2.ts';
import { accountCheck } from '../../resource/kind.ts';
import { internetGatewayFilters, internetGatewayKind, showInternetGateway } from './internet-gateway.ts';

export default ec2.operation('DescribeInternetGateways', {
  readOnly: true,
  checks: (context) => ({ describe: accountCheck(context, 'ec2:DescribeInternetGateways') }),
  async execute(context, input) {
    const page = await describeResources(context.tx, context, {
      kind: internetGatewayKind,
      ids: input.InternetGatewayIds,
      idsName: 'internetGatewayIds',
      filters: input.Filters,
      fields: internetGatewayFilters,
      page: input,
    });
    return { InternetGateways: page.items.map(showInternetGateway), NextToken: page.nextToken };
  },
});
