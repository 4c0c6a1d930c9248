/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcEndpointServiceConfigurations.html */
import { describeResources } from '../../describe/describe.ts';
import { ec2 } from '../../ec2.ts';
import { accountCheck } from '../../resource/kind.ts';
import {
  showVpcEndpointService,
  vpcEndpointServiceFilters,
  vpcEndpointServiceKind,
} from './vpc-endpoint-service.ts';

export default ec2.operation('DescribeVpcEndpointServiceConfigurations', {
  readOnly: true,
  checks: (context) => ({ describe: accountCheck(context, 'ec2:DescribeVpcEndpointServiceConfigurations') }),
  async execute(context, input) {
    const page = await describeResources(context.tx, context, {
      kind: vpcEndpointServiceKind,
      ids: input.ServiceIds,
      idsName: 'serviceIds',
      filters: input.Filters,
      fields: vpcEndpointServiceFilters,
      page: input,
      limits: { min: 5, max: 1000, lenient: true },
    });
    return { ServiceConfigurations: page.items.map(showVpcEndpointService), NextToken: page.nextToken };
  },
});
