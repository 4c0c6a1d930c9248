/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceConnectEndpoints.html */
import { describeResources } from '../../describe/describe.ts';
import { ec2 } from '../../ec2.ts';
import { accountCheck } from '../../resource/kind.ts';
import {
  instanceConnectEndpointFilters,
  instanceConnectEndpointKind,
  showInstanceConnectEndpoint,
} from './instance-connect-endpoint.ts';

export default ec2.operation('DescribeInstanceConnectEndpoints', {
  readOnly: true,
  checks: (context) => ({ describe: accountCheck(context, 'ec2:DescribeInstanceConnectEndpoints') }),
  async execute(context, input) {
    const page = await describeResources(context.tx, context, {
      kind: instanceConnectEndpointKind,
      ids: input.InstanceConnectEndpointIds,
      idsName: 'instanceConnectEndpointIds',
      filters: input.Filters,
      fields: instanceConnectEndpointFilters,
      page: input,
      limits: { min: 1, max: 50 },
    });
    return {
      InstanceConnectEndpoints: page.items.map(showInstanceConnectEndpoint),
      NextToken: page.nextToken,
    };
  },
});
