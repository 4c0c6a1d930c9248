/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSubnets.html */
import { describeResources } from '../../describe/describe.ts';
import { ec2 } from '../../ec2.ts';
import { accountCheck } from '../../resource/kind.ts';
import { readBlocks } from '../block-public-access/block-public-access.ts';
import { addressesOf, networkInterfaces } from '../network-interface/network-interface.ts';
import { showSubnet, subnetFilters, subnetKind } from './subnet.ts';

export default ec2.operation('DescribeSubnets', {
  readOnly: true,
  checks: (context) => ({ describe: accountCheck(context, 'ec2:DescribeSubnets') }),
  async execute(context, input) {
    const { tx, account, region } = context;
    const interfaces = await tx.list(networkInterfaces, { prefix: [account, region] });
    const bySubnet = Map.groupBy(interfaces, ({ subnetId }) => subnetId);
    const taken = (subnetId: string) => bySubnet.get(subnetId)?.flatMap(addressesOf).length ?? 0;
    const page = await describeResources(tx, context, {
      kind: subnetKind,
      ids: input.SubnetIds,
      idsName: 'subnetIds',
      filters: input.Filters,
      fields: subnetFilters(taken),
      page: input,
    });
    const blocksOf = await readBlocks(tx, context);
    const shown = page.items.map((subnet) => showSubnet(subnet, taken, blocksOf(subnet)));
    return { Subnets: shown, NextToken: page.nextToken };
  },
});
