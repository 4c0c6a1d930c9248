/** Without pages: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeCustomerGateways.html */
import { describeResources } from '../../describe/describe.ts';
import { ec2 } from '../../ec2.ts';
import { accountCheck } from '../../resource/kind.ts';
import { customerGatewayFilters, customerGatewayKind, showCustomerGateway } from './customer-gateway.ts';

export default ec2.operation('DescribeCustomerGateways', {
  readOnly: true,
  checks: (context) => ({ describe: accountCheck(context, 'ec2:DescribeCustomerGateways') }),
  async execute(context, input) {
    const { items } = await describeResources(context.tx, context, {
      kind: customerGatewayKind,
      ids: input.CustomerGatewayIds,
      idsName: 'customerGatewayIds',
      filters: input.Filters,
      fields: customerGatewayFilters,
    });
    return { CustomerGateways: items.map(showCustomerGateway) };
  },
});
