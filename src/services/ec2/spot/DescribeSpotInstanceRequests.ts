/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSpotInstanceRequests.html */
import { describeResources } from '../describe/describe.ts';
import { ec2 } from '../ec2.ts';
import { accountCheck } from '../resource/kind.ts';
import { showSpotRequest, spotRequestFilters, spotRequestKind } from './spot-request.ts';

export default ec2.operation('DescribeSpotInstanceRequests', {
  readOnly: true,
  checks: (context) => ({ describe: accountCheck(context, 'ec2:DescribeSpotInstanceRequests') }),
  async execute(context, input) {
    const page = await describeResources(context.tx, context, {
      kind: spotRequestKind,
      ids: input.SpotInstanceRequestIds,
      idsName: 'spotInstanceRequestIds',
      filters: input.Filters,
      fields: spotRequestFilters,
      page: input,
    });
    return { SpotInstanceRequests: page.items.map(showSpotRequest), NextToken: page.nextToken };
  },
});
