/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcEndpoints.html */
import { describeResources } from '../../describe/describe.ts';
import { ec2 } from '../../ec2.ts';
import { accountCheck } from '../../resource/kind.ts';
import { securityGroups } from '../networked.ts';
import { showVpcEndpoint, vpcEndpointFilters, vpcEndpointKind } from './vpc-endpoint.ts';

export default ec2.operation('DescribeVpcEndpoints', {
  readOnly: true,
  checks: (context) => ({ describe: accountCheck(context, 'ec2:DescribeVpcEndpoints') }),
  async execute(context, input) {
    const page = await describeResources(context.tx, context, {
      kind: vpcEndpointKind,
      ids: input.VpcEndpointIds,
      idsName: 'vpcEndpointIds',
      filters: input.Filters,
      fields: vpcEndpointFilters,
      page: input,
    });
    const names = new Map((await securityGroups.list(context.tx, context)).map(({ id, name }) => [id, name]));
    return {
      VpcEndpoints: page.items.map((each) => showVpcEndpoint(each, names)),
      NextToken: page.nextToken,
    };
  },
});
