/** None has it: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcClassicLinkDnsSupport.html */
import { describeResources } from '../../describe/describe.ts';
import { ec2 } from '../../ec2.ts';
import { accountCheck } from '../../resource/kind.ts';
import { vpcKind } from './vpc.ts';

export default ec2.operation('DescribeVpcClassicLinkDnsSupport', {
  readOnly: true,
  checks: (context) => ({ describe: accountCheck(context, 'ec2:DescribeVpcClassicLinkDnsSupport') }),
  async execute(context, input) {
    const { items, nextToken } = await describeResources(context.tx, context, {
      kind: vpcKind,
      ids: input.VpcIds,
      idsName: 'vpcIds',
      filters: undefined,
      fields: {},
      page: input,
    });
    return {
      Vpcs: items.map(({ id }) => ({ VpcId: id, ClassicLinkDnsSupported: false })),
      NextToken: nextToken,
    };
  },
});
