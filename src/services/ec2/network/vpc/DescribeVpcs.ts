/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcs.html */
import { describeResources } from '../../describe/describe.ts';
import { ec2 } from '../../ec2.ts';
import { accountCheck } from '../../resource/kind.ts';
import { readBlocks } from '../block-public-access/block-public-access.ts';
import { showVpc, vpcFilters, vpcKind } from './vpc.ts';

export default ec2.operation('DescribeVpcs', {
  readOnly: true,
  checks: (context) => ({ describe: accountCheck(context, 'ec2:DescribeVpcs') }),
  async execute(context, input) {
    const page = await describeResources(context.tx, context, {
      kind: vpcKind,
      ids: input.VpcIds,
      idsName: 'vpcIds',
      filters: input.Filters,
      fields: vpcFilters,
      page: input,
    });
    const blocksOf = await readBlocks(context.tx, context);
    const shown = page.items.map((vpc) => showVpc(vpc, blocksOf(vpc)));
    return { Vpcs: shown, NextToken: page.nextToken };
  },
});
