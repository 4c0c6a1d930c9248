/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcPeeringConnections.html */
import { describeResources } from '../../describe/describe.ts';
import { ec2 } from '../../ec2.ts';
import { accountCheck } from '../../resource/kind.ts';
import { peeringFilters, showPeering, vpcPeeringKind } from './vpc-peering.ts';

export default ec2.operation('DescribeVpcPeeringConnections', {
  readOnly: true,
  checks: (context) => ({ describe: accountCheck(context, 'ec2:DescribeVpcPeeringConnections') }),
  async execute(context, input) {
    const page = await describeResources(context.tx, context, {
      kind: vpcPeeringKind,
      ids: input.VpcPeeringConnectionIds,
      idsName: 'vpcPeeringConnectionIds',
      filters: input.Filters,
      fields: peeringFilters,
      page: input,
    });
    return { VpcPeeringConnections: page.items.map(showPeering), NextToken: page.nextToken };
  },
});
