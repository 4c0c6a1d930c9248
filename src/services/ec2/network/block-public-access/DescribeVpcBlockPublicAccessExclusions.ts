/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcBlockPublicAccessExclusions.html */
import { describeResources } from '../../describe/describe.ts';
import { ec2 } from '../../ec2.ts';
import { accountCheck } from '../../resource/kind.ts';
import { exclusionFilters, exclusionKind, showExclusion } from './block-public-access.ts';

export default ec2.operation('DescribeVpcBlockPublicAccessExclusions', {
  readOnly: true,
  checks: (context) => ({ describe: accountCheck(context, 'ec2:DescribeVpcBlockPublicAccessExclusions') }),
  async execute(context, input) {
    const page = await describeResources(context.tx, context, {
      kind: exclusionKind,
      ids: input.ExclusionIds,
      idsName: 'exclusionIds',
      filters: input.Filters,
      fields: exclusionFilters,
      page: input,
      limits: { max: 1000 },
    });
    return {
      VpcBlockPublicAccessExclusions: page.items.map(showExclusion),
      NextToken: page.nextToken,
    };
  },
});
