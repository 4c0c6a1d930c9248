/** Nobody gives an address a name here: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeAddressesAttribute.html */
import { describeResources } from '../../describe/describe.ts';
import { ec2 } from '../../ec2.ts';
import { accountCheck } from '../../resource/kind.ts';
import { elasticAddressKind } from './elastic-address.ts';

export default ec2.operation('DescribeAddressesAttribute', {
  readOnly: true,
  checks: (context) => ({ describe: accountCheck(context, 'ec2:DescribeAddressesAttribute') }),
  async execute(context, input) {
    const page = await describeResources(context.tx, context, {
      kind: elasticAddressKind,
      ids: input.AllocationIds,
      idsName: 'allocationIds',
      filters: undefined,
      fields: {},
      page: input,
      limits: { min: 1 },
    });
    return {
      Addresses: page.items.map(({ id, publicIp }) => ({ AllocationId: id, PublicIp: publicIp })),
      NextToken: page.nextToken,
    };
  },
});
